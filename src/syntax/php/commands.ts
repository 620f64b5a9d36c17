import { annotationsOf } from '../extract/annotations';
import { literal } from '../extract/textBuilder';
import { argument, type CallIdiom, type PhpFile } from './file';
import { isClosure } from './routeGroups';

/** Console commands, under the name that spans of their runs have: `Command orders:sync`. */
export function consoleCommands(file: PhpFile): void {
  for (const type of file.outline.types()) {
    const marked = annotationsOf(type, file.annotations).find(({ name }) => name === 'AsCommand');
    if (marked === undefined && !type.bases.some((base) => /Command$/.test(base))) continue;
    const given = marked && file.values.string(argument(marked.site, 0, 'name', file.source));
    const texts = ['signature', 'name', 'defaultName', 'NAME'].map((name) =>
      file.constants.literalOf(`${type.name}.${name}`, type.nameSpan.startIndex),
    );
    const name = [given, ...texts]
      .find((text) => text !== undefined && text !== '')
      ?.trim()
      .split(/\s/)[0];
    const runs = file.outline
      .membersOf(type.name)
      .filter((index) => /^(handle|execute|__invoke)$/.test(file.outline.draft(index)?.name ?? ''));
    if (name !== undefined && runs[0] !== undefined) addCommand(file, name, runs[0], file.source.range(type.nameSpan));
  }
}

/** Laravel's `Artisan::command('orders:sync', function () { … })`. */
export const artisanCommand: CallIdiom = (call, file) => {
  if (!/(^|\\)Artisan$/.test(call.receiver)) return;
  const body = argument(call, 1, 'callback', file.source);
  const index = isClosure(body) ? file.outline.functionOfNode(body!.id) : undefined;
  const name = file.values.string(argument(call, 0, 'signature', file.source))?.split(/\s/)[0];
  if (index !== undefined && name !== undefined) addCommand(file, name, index, call.range);
};

function addCommand(file: PhpFile, name: string, index: number, range: ReturnType<PhpFile['source']['range']>): void {
  file.facts.spans.push({ name: literal(`Command ${name}`), range, function: index, kind: undefined });
}
