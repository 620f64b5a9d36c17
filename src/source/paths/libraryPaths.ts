/** Folders and schemes that mark code nobody in this workspace wrote. */
const LIBRARY =
  /(^|[\\/])(node_modules|bower_components|site-packages|dist-packages|vendor|\.cargo[\\/]registry|pkg[\\/]mod|\.m2|\.gradle|\.nuget|\.yarn|\.pnpm|rustlib|rustc|\.cargo[\\/]git|cargo[\\/]registry)[\\/]|^(node:|internal\/[\w/-]+\.js$|<|\(?(builtin|native|unknown)\b|jrt:|webpack[\\/]bootstrap|async |bundled:)|[\\/]lib(64)?[\\/]python\d|[\\/]Python\d+[\\/]Lib[\\/]|^lib[\\/]python\d|_next[\\/]dist|\(node_modules\)/i;

/** Ruby's gems and its own library: what is unpacked bears a version, so that a folder `gems` of one's own does not count. */
const RUBY =
  /(^|[\\/])(gems[\\/][^\\/]+-\d[^\\/]*[\\/]|bundler[\\/]gems[\\/]|ruby[\\/]gems[\\/]\d|lib[\\/]ruby[\\/](site_ruby|vendor_ruby|\d))/i;

/** Packages of Go's own library, by their first folders. */
const GO_PACKAGES =
  'archive|bufio|bytes|cmp|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt|go|hash|html|image|index|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort|strconv|strings|structs|sync|syscall|testing|text|time|unicode|unique|unsafe|weak';

/**
 * Where Go is installed: `/usr/local/go/src/net`, `/opt/homebrew/Cellar/go/1.22.0/libexec/src/net`, `~/sdk/go1.22.0/src/net`.
 * What is below the `src` of a GOPATH (`/go/src/orders` in Go's images) is as much one's own as not.
 */
const GO_ROOT = new RegExp(
  String.raw`[\\/](?:go|golang|goroot|\.goenv[\\/]versions)[-@]?(?:\d[\w.-]*)?[\\/](?:(?:\d[\w.-]*|current|x64|arm64|amd64|libexec)[\\/]){0,3}src[\\/](?:${GO_PACKAGES}|cmd|internal|vendor)[\\/]`,
  'i',
);
const GO_PATH =
  /^(?:\/|[A-Za-z]:[\\/]|(?:\/root|[\\/]?(?:[A-Za-z]:)?[\\/](?:home|Users)[\\/][^\\/]+)[\\/])go[\\/]src[\\/](?:cmd|internal)[\\/]/i;

/** A module of Go with its version, as `go build -trimpath` and the module cache name it. */
const GO_MODULE = /@v\d+\.\d+\.\d+[^\\/]*[\\/].*\.go$/;

const GO_LIBRARY_FILE = new RegExp(`^(?:${GO_PACKAGES})/[\\w/.-]*\\.go$`);

/** Whether a runtime path lies in a dependency, a language's own library or generated bootstrap code. */
export function isLibraryPath(raw: string): boolean {
  const text = raw.trim();
  return LIBRARY.test(text) || RUBY.test(text) || GO_MODULE.test(text) || (GO_ROOT.test(text) && !GO_PATH.test(text));
}

/** Whether a relative path may be a file of Go's own library, as a program built with `-trimpath` names it: `net/http/server.go`. */
export function mayBeGoLibrary(raw: string): boolean {
  return GO_LIBRARY_FILE.test(raw.trim());
}
