"""An installation and what runs, checks and fills it: the commands are its front."""
