# The tarball can be built, tested and packed again.
. "$srcdir/tests/build/checks"

if [ ! -e "$srcdir/MANIFEST" ] && ! command -v git >/dev/null; then
    echo "a tarball is made from git, or from a tarball"
    exit 77
fi

expect "make dist works" works make -C "$builddir" dist
tarball=$(grep -o 'espalier-.*\.tar\.gz' output | tail -n 1)
expect "it says the name" test -f "$builddir/$tarball"
expect "the tarball can be unpacked" tar xzf "$builddir/$tarball"
cd "${tarball%.tar.gz}" || exit 1
expect "it holds the script" test -x configure
expect "it configures" ./configure -q --disable-jit
expect "it builds" make -j2
expect "it runs" ./espalier --version
expect "it packs itself again" make dist
mv "$tarball" again.tar.gz
expect "with the same files" sh -c "
    tar tzf '$builddir/$tarball' | sort >a
    tar tzf again.tar.gz | sort >b
    cmp a b"

finish
