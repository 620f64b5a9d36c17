/** Folders and schemes that mark code nobody in this workspace wrote. */
const LIBRARY =
  /(^|[\\/])(node_modules|bower_components|site-packages|dist-packages|vendor|\.cargo[\\/]registry|pkg[\\/]mod|gems|\.m2|\.gradle|\.nuget|\.yarn|\.pnpm|rustlib|rustc|\.cargo[\\/]git|cargo[\\/]registry)[\\/]|^(node:|internal\/|<|\(?(builtin|native|unknown)\b|jrt:|webpack[\\/]bootstrap|async |bundled:)|[\\/](go|usr[\\/]local[\\/]go|hostedtoolcache[\\/]go[\\/][^/]+[\\/][^/]+|goroot)[\\/]src[\\/](?!(app|github\.com|[\w.-]+\.[a-z]{2,}[\\/]))|[\\/]lib(64)?[\\/]python\d|[\\/]Python\d+[\\/]Lib[\\/]|^lib[\\/]python\d|_next[\\/]dist|\(node_modules\)/i;

/** Whether a runtime path lies in a dependency, a language's own library or generated bootstrap code. */
export function isLibraryPath(raw: string): boolean {
  return LIBRARY.test(raw.trim());
}
