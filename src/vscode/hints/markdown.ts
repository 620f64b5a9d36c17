/** Hover content as Markdown: pure. Span names come from outside, so every piece of text is escaped. */
import type { HoverContent, LinkAction, TextSpan } from '../../protocol/engine';
import { isCommandId, type CommandId } from '../contributions';

/** The commands that links of ours may run; everything else stays text. */
export function linkCommand(action: LinkAction): { readonly command: CommandId; readonly args: unknown[] } | undefined {
  switch (action.kind) {
    case 'openTrace':
      return { command: 'spanlight.openTrace', args: [action.traceId, action.spanId] };
    case 'openLocation':
      return { command: 'spanlight.openLocation', args: [action.uri, action.line] };
    case 'searchTraces':
      return { command: 'spanlight.searchTraces', args: [action.query, action.operation] };
    case 'command':
      return isCommandId(action.command) ? { command: action.command, args: [...(action.args ?? [])] } : undefined;
  }
}

/** The hover as one Markdown text; rows are lines, sections are set apart by a rule. */
export function hoverMarkdown(content: HoverContent): string {
  return content.sections
    .map((section) => {
      const rows = section.rows.map((row) => row.map(spanMarkdown).join(''));
      if (section.chart !== undefined) rows.splice(1, 0, image(section.chart.svg, section.chart.alt));
      return rows.join('  \n');
    })
    .filter((section) => section !== '')
    .join('\n\n');
}

/** A row without its looks, for lists and screen readers. */
export function plainRow(row: readonly TextSpan[]): string {
  return row
    .map((span) => span.text)
    .join('')
    .trim();
}

/** Text that Markdown shows as it is. Any ASCII punctuation may be escaped by a backslash (CommonMark 2.4). */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Addresses of pages; what ends a sentence behind one is not part of it. */
const PAGE = /(https:\/\/[^\s"'<>()“”]*[^\s"'<>()“”.,;:!?])/;

/** {@link escapeMarkdown}, with addresses as links that show where they lead. */
export function markdownWithLinks(text: string): string {
  const parts = text.split(PAGE);
  return parts
    .map((part, at) => (at % 2 === 0 ? escapeMarkdown(part) : `[${escapeMarkdown(part)}](<${part}>)`))
    .join('');
}

function spanMarkdown(span: TextSpan): string {
  // Emphasis must touch its words, so the space around them stays outside.
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(span.text)!;
  if (words === '') return spaces(span.text);
  return `${spaces(before!)}${linked(styled(words!, span.style), span.link)}${spaces(after!)}`;
}

function styled(words: string, style: TextSpan['style']): string {
  switch (style) {
    case 'strong':
    case 'warning':
    case 'error':
      return `**${escapeMarkdown(words)}**`;
    case 'code':
      return codeSpan(words);
    case 'muted':
    case undefined:
      return escapeMarkdown(words);
  }
}

function linked(markdown: string, link: LinkAction | undefined): string {
  const target = link === undefined ? undefined : linkCommand(link);
  if (target === undefined) return markdown;
  const args = encodeURIComponent(JSON.stringify(target.args.filter((arg) => arg !== undefined)));
  // Parentheses would end the target early, and encodeURIComponent leaves them.
  return `[${markdown}](command:${target.command}?${args.replace(/[()]/g, (c) => (c === '(' ? '%28' : '%29'))})`;
}

/** A code span's fence is longer than any run of backticks in it (CommonMark 6.1). */
function codeSpan(text: string): string {
  const oneLine = text.replace(/[\r\n]+/g, ' ');
  const longest = Math.max(0, ...[...oneLine.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = oneLine.startsWith('`') || oneLine.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${oneLine}${pad}${fence}`;
}

/** Markdown folds runs of spaces; columns of a row are kept apart by no-break spaces. */
function spaces(run: string): string {
  return run.length > 1 ? '\u00a0'.repeat(run.length - 1) + ' ' : run;
}

function image(svg: string, alt: string): string {
  return `![${escapeMarkdown(alt)}](data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')})`;
}
