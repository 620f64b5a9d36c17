/** One line of a stack trace; `frame` if it names a file and a line. */
export interface StackLine {
  /** Text before the place. */
  readonly before: string;
  /** The place as written, for the link. */
  readonly place: string;
  readonly after: string;
  readonly frame?: { readonly file: string; readonly line: number };
}

/** A stack longer than this is shown as text from there on. */
const MOST_LINES = 2000;
/** No frame is this long; a longer line is not searched. */
const LONGEST_LINE = 2000;

interface Form {
  readonly pattern: RegExp;
  /** Makes the file out of what the pattern found; default: the group `file`. */
  readonly file?: (groups: Readonly<Record<string, string>>) => string;
}

/** How runtimes write frames. `place` is what becomes the link. */
const FORMS: readonly Form[] = [
  // Python: File "app/orders.py", line 42, in create
  { pattern: /^(?<before>\s*File )(?<place>"(?<file>[^"]+)", line (?<line>\d+))/ },
  // Java, Kotlin, Scala: at com.shop.Orders.create(Orders.java:42); the package is the folder
  {
    pattern:
      /^(?<before>\s*at (?:[\w.@-]+\/{1,2})?(?<class>[\w$.]+)\.[\w$<>]+\()(?<place>(?<file>[\w$-]+\.(?:java|kt|scala|groovy)):(?<line>\d+))/,
    file: (groups) => {
      const parts = groups['class']!.split('.');
      return [...parts.slice(0, -1), groups['file']!].join('/');
    },
  },
  // .NET: at Shop.Orders.Create(Order order) in /src/Orders.cs:line 42
  { pattern: /^(?<before>\s*at .+ in )(?<place>(?<file>.+):line (?<line>\d+))/ },
  // JavaScript: at create (/app/src/orders.ts:42:17), at file:///app/orders.mjs:3:1, create@http://host/app.js:1:2
  {
    pattern:
      /^(?<before>\s*at (?:.* )?\(?)(?<place>(?<file>(?:[a-z-]+:\/\/)?[^\s():][^()]*?):(?<line>\d+)(?::\d+)?)(?=\)?$)/,
  },
  { pattern: /^(?<before>[^@\s]*@)(?<place>(?<file>.+?):(?<line>\d+):\d+)$/ },
  // Go (the line under the function), Ruby, PHP, Rust: /src/orders.go:42 +0x1d
  {
    pattern:
      /^(?<before>\s*(?:at |from |#\d+ )?)(?<place>(?<file>(?:[A-Za-z]:)?[^\s:()]+\.\w+):(?<line>\d+))(?=[\s:)]|$)/,
  },
];

/** Splits a stack trace into lines with their frames. */
export function stackLines(stack: string): StackLine[] {
  const lines = stack.split(/\r?\n/, MOST_LINES);
  return lines.map((line) => parseLine(line));
}

function parseLine(text: string): StackLine {
  if (text.length <= LONGEST_LINE) {
    for (const form of FORMS) {
      const groups = form.pattern.exec(text)?.groups;
      if (groups === undefined) continue;
      const line = Number(groups['line']);
      const before = groups['before']!;
      const place = groups['place']!;
      const file = form.file === undefined ? groups['file']! : form.file(groups);
      if (!Number.isSafeInteger(line) || line < 1 || file.startsWith('node:')) break;
      return { before, place, after: text.slice(before.length + place.length), frame: { file, line } };
    }
  }
  return { before: text, place: '', after: '' };
}
