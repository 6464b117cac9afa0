#!/bin/sh
# Stands in for the `go` command. The folder FAKE_GO tells it what to do and collects what it was asked.

program() { # a file whose header is that of a 64-bit program for the architecture in GOARCH
    case $GOARCH in amd64) machine='\076' ;; arm64) machine='\267' ;; esac
    printf '\177ELF\002%013d'"$machine"'\000%044d' 0 0 >"$1"
    /bin/chmod 755 "$1"
}

build() {
    echo temporary >"$GOTMPDIR/work"
    for word; do
        case $word in
        -o=*) output=${word#-o=} ;;
        -*) ;;
        *) packages="$packages $word" ;;
        esac
    done
    case $output in
    */) for package in $packages; do made="$made $output${package##*/}"; done ;;
    *) made=$output ;;
    esac
    for file in $made; do echo "${file##*/}" >>"$FAKE_GO/built"; done
    for file in $made; do
        hang="$FAKE_GO/hang-${file##*/}"
        if [ -e "$hang" ]; then
            echo half >"$file"
            echo $$ >"$FAKE_GO/pid"
            while [ -e "$hang" ]; do /bin/sleep 0.05; done
        fi
        program "$file"
    done
}

download() { # prints where the module's files are, after making them
    while read -r file; do
        /bin/mkdir -p "$FAKE_GO/modules/$1/${file%/*}"
        echo "$1 $file" >"$FAKE_GO/modules/$1/$file"
    done <"$FAKE_GO/files"
    echo "{\"Dir\": \"$FAKE_GO/modules/$1\"}"
}

case "$1 $2" in
"env GOVERSION") echo go1.99.0 && exit ;;
"env "*) echo "$FAKE_GO/gocache" && echo "$FAKE_GO/gomodcache" && exit ;;
esac
if [ -e "$FAKE_GO/stderr" ]; then
    /bin/cat "$FAKE_GO/stderr" >&2
    exit 1
fi
case "$1 $2" in
"build "*) shift && build "$@" ;;
"mod download") download "$4" ;;
*) exit 2 ;;
esac
