import path from 'node:path';
import { SpanlightError } from '../../base/errors';
import type { ChoiceRequests, MadeChoice, ToldPath } from '../../protocol/choices';
import type { PathQuestion } from '../../source/paths/pathQuestions';
import type { RequestHandlers } from '../requests';
import { pathOfUri, uriOfPath } from '../workspace/uris';
import type { WorkspaceReader } from '../workspace/workspaceReader';
import type { PathAsker, PlacedStats } from './pathAsker';
import type { PathKeeper } from './pathKeeper';

/** What these answers are made of. */
export interface PathParts {
  readonly asker: Pick<PathAsker, 'questions'>;
  readonly paths: PathKeeper;
  readonly reader: Pick<WorkspaceReader, 'mapper' | 'describeFile' | 'describeFolder'>;
}

/** The requests that are answered here. */
export type PathHandlers = Pick<RequestHandlers, 'spanlight/pathQuestions' | 'spanlight/tellPath'>;

/** Answers about where the folders of running processes lie. */
export function pathAnswers({ asker, paths, reader }: PathParts): PathHandlers {
  return {
    'spanlight/pathQuestions': ({ operation }) =>
      asker
        .questions()
        .filter(({ operations }) => operation === undefined || operations.some(({ id }) => id === operation))
        .map((question) => questionView(question, reader)),
    'spanlight/tellPath': async ({ service, path: raw, uri }) => {
      const question = asker.questions().find((one) => one.service === service && one.path === raw);
      if (question !== undefined) paths.noteAsked(service, question.root);
      if (uri === undefined) return `${question?.root ?? raw} of ${service} is in no folder of this workspace`;
      const target = pathOfUri(uri);
      const rule = target === undefined ? undefined : await reader.mapper?.pairPath(raw, service, target);
      if (rule === undefined) throw notBelow(raw, target ?? uri, reader);
      paths.tell(rule);
      return toldWords(rule, reader);
    },
  };
}

function questionView(
  { service, path: raw, root, files }: PathQuestion<PlacedStats>,
  reader: PathParts['reader'],
): ChoiceRequests['spanlight/pathQuestions']['result'][number] {
  const shown = files.map((file) => ({ uri: uriOfPath(file), label: reader.describeFile(file) }));
  return { service, path: raw, root, files: shown };
}

function notBelow(raw: string, target: string, reader: PathParts['reader']): SpanlightError {
  const name = raw.slice(Math.max(raw.lastIndexOf('/'), raw.lastIndexOf('\\')) + 1);
  const where = reader.describeFile(target);
  return new SpanlightError(
    `${where} has nothing in common with ${raw}.`,
    undefined,
    `Choose the file ${name}, or a folder of this workspace that it lies below as the process says.`,
  );
}

/** What was said of paths, as choices that can be taken back. */
export function madePaths(paths: PathKeeper, reader: PathParts['reader']): MadeChoice[] {
  return paths.told.map((told, i) => ({
    id: `path ${i}`,
    operation: `${fromWords(told)} of ${told.service}`,
    verdict: 'pick',
    place: placeWords(told, reader),
    shared: false,
  }));
}

/** Takes back what was said. @returns how many answers. */
export function forgetPaths(paths: PathKeeper, ids: readonly string[]): number {
  const gone = paths.told.filter((_, i) => ids.includes(`path ${i}`));
  paths.forget(gone);
  return gone.length;
}

function toldWords(told: ToldPath, reader: PathParts['reader']): string {
  return `${fromWords(told)} of ${told.service} is ${placeWords(told, reader)}`;
}

function fromWords({ from }: ToldPath): string {
  return `/${from.join('/')}`;
}

function placeWords({ to }: ToldPath, reader: PathParts['reader']): string {
  return reader.describeFolder(path.join(to.folder, to.relative));
}
