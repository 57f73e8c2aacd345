# An application that signs in by LDAP: Apache with a page for a group. Its configuration is that of apache.md, taken from
# the page itself; only the server's address and the place of the two files are those of docker-compose.yml.
FROM debian:bookworm-slim

RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends apache2 ca-certificates curl >/dev/null \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group bindery
COPY ldif/recipes/apache.md /tmp/
RUN sed -n '/^```apache$/,/^```$/p' /tmp/apache.md | grep -v '^```' \
        | sed -e 's#ldaps://ldap.example.org#ldaps://directory:6360#' \
            -e 's#/etc/ssl/certs/bindery-ca.pem#/public/ca.pem#' -e 's#/etc/apache2/reader.secret#/reader/reader.secret#' \
        >/etc/apache2/conf-available/bindery.conf \
    && rm /tmp/apache.md \
    && echo "Listen 8080" >/etc/apache2/ports.conf \
    && echo "ServerName localhost" >/etc/apache2/conf-available/name.conf \
    && a2dissite -q 000-default && a2enmod -q ldap authnz_ldap && a2enconf -q bindery name \
    && echo "This page is for DevelopmentPersonnel." >/var/www/html/index.html

ENV APACHE_RUN_DIR=/tmp APACHE_LOCK_DIR=/tmp APACHE_PID_FILE=/tmp/apache2.pid APACHE_RUN_USER=bindery APACHE_RUN_GROUP=bindery \
    APACHE_LOG_DIR=/tmp
USER bindery
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=5s CMD test "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/)" = 401
# The reader's password and the authority's certificate come with the directory's first start.
CMD ["sh", "-c", "until test -s /public/ca.pem -a -s /reader/reader.secret; do sleep 0.2; done; exec apache2 -D FOREGROUND -c 'ErrorLog /dev/stderr' -c 'CustomLog /dev/stdout combined'"]
