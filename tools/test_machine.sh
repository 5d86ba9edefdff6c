#!/bin/sh
# What the tests need beside Python packages: a browser, PostgreSQL, Chinese fonts,
# a PDF renderer, LibreOffice. Installed where we may; where not, said loudly: those tests skip.
set -u
wanted=""
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || wanted="$wanted chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
fc-list 2>/dev/null | grep -qi "cjk" || wanted="$wanted fonts-noto-cjk fontconfig"
command -v pdftoppm >/dev/null 2>&1 || wanted="$wanted poppler-utils"
command -v soffice >/dev/null 2>&1 || wanted="$wanted libreoffice-calc-nogui"
ls /usr/lib/libreoffice/program/libswlo.so >/dev/null 2>&1 || wanted="$wanted libreoffice-writer-nogui"
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$wanted"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 || for package in $wanted; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || echo "*** NOT INSTALLED: $package; its tests are skipped" >&2
    done
else
    echo "*** MISSING:$wanted" >&2
    echo "*** The tests that need them are SKIPPED. To run them: sudo apt-get install$wanted" >&2
fi
exit 0
