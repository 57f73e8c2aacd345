"""Files that are written whole or not at all."""

import errno
import stat

import pytest

from adapter.files import whole_file, write_whole


def test_a_file_is_for_its_owner_alone(tmp_path):
    write_whole(tmp_path / "secret", b"text")
    assert ((tmp_path / "secret").read_bytes(), stat.S_IMODE((tmp_path / "secret").stat().st_mode)) == (b"text", 0o600)


def test_what_was_there_stays_when_the_new_content_fails(tmp_path):
    write_whole(tmp_path / "kept", b"before")
    with pytest.raises(TypeError), whole_file(tmp_path / "kept") as stream:
        stream.writelines([b"half", "of another kind"])  # type: ignore[list-item]
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("kept", b"before")]


def test_a_full_disk_is_told_with_the_file_s_name(tmp_path):
    with pytest.raises(OSError, match="full") as failure, whole_file(tmp_path / "big"):
        raise OSError(errno.ENOSPC, "The disk is full")
    assert failure.value.filename == str(tmp_path / "big")


def test_a_folder_that_is_not_there_is_told_with_the_file_s_name(tmp_path):
    with pytest.raises(FileNotFoundError) as failure:
        write_whole(tmp_path / "gone" / "file", b"")
    assert failure.value.filename == str(tmp_path / "gone" / "file")


def test_a_failure_of_something_else_keeps_its_own_words(tmp_path):
    with pytest.raises(ConnectionResetError) as failure, whole_file(tmp_path / "file"):
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset")
    assert failure.value.filename is None


def test_what_a_killed_writer_left_behind_is_no_obstacle(tmp_path):
    write_whole(tmp_path / "file", b"one")
    with whole_file(tmp_path / "file") as stream:
        left = next(path for path in tmp_path.iterdir() if path.name != "file")
        stream.write(b"two")
    left.write_bytes(b"rest")
    write_whole(tmp_path / "file", b"three")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"three")]
