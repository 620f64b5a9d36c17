/** What stands next in a text of HOCON, at the place that is looked at. */
const TOKEN =
  /(?<blank>[\s,]+|(?:#|\/\/)[^\n]*|include\b[^\n]*)|(?<close>\})|(?<key>(?:"[^"\n]*"|[\w$-]+)(?:\.(?:"[^"\n]*"|[\w$-]+))*)[ \t]*(?:[:=]\s*|\+=\s*)?(?<open>\{)?/y;

const VALUE =
  /(?:"""(?<long>[^]*?)"""|"(?<quoted>(?:\\.|[^"\\\n])*)"|(?<plain>(?:\$\{[^}\n]*\}|[^\s,}{[\]#$"])(?:\$\{[^}\n]*\}|[^\n,}#])*?))(?=\s*(?:[\n,}#]|\/\/|$))/y;

/**
 * The texts and numbers in a HOCON file (`application.conf` of Ktor, Play and Akka) by their whole keys; of a key that is
 * set twice the last one. Lists are left out, and `${?NAME}`, which only counts where an environment has it.
 */
export function hoconValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const around: string[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    // What is not understood is passed over letter by letter: the rest may be.
    at = token === null ? at + 1 : TOKEN.lastIndex;
    const { blank, close, key, open } = token?.groups ?? {};
    if (close !== undefined) around.pop();
    if (blank !== undefined || key === undefined) continue;
    const name = key.replaceAll('"', '');
    if (open !== undefined) {
      around.push(name);
      continue;
    }
    if (text[at] === '[') {
      at = behindList(text, at);
      continue;
    }
    VALUE.lastIndex = at;
    const { long, quoted, plain } = VALUE.exec(text)?.groups ?? {};
    const value = long ?? quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) {
      at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
      continue;
    }
    at = VALUE.lastIndex;
    if (!value.startsWith('${?')) values.set([...around, name].join('.'), value);
  }
  return values;
}

function behindList(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at + 1;
  }
  return text.length;
}
