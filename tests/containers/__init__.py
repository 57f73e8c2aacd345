"""docker-compose.yml tried for real."""
