"""When credentials and services were last used, written off the path of requests."""
