import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { movedFrom } from './movedFiles';
import type { CodeOrigin } from './origin';
import { NO_PAST, type PastAnswer, type PastFile, type PastFiles } from './pastFiles';

/** The code that one operation's spans were recorded in. What is asked is told in {@link notes}. */
export class PastCode {
  /** What was found out, in sentences, for who asks why. */
  readonly notes = new Set<string>();
  /** Files that are others now than source maps say they were. */
  private readonly compiled = new Map<string, PastFile>();

  constructor(
    private readonly files: PastFiles,
    private readonly service: string,
    private readonly origin: CodeOrigin,
  ) {}

  /** Whether nothing tells which code it was. */
  get isUnknown(): boolean {
    return this.origin.revision === undefined && this.origin.process === undefined && this.compiled.size === 0;
  }

  /** `3f2c1ab`, `1.2.3`; undefined where no revision is known. */
  get name(): string | undefined {
    const { revision } = this.origin;
    return revision && (revision.kind === 'commit' ? revision.text.slice(0, 7) : revision.text);
  }

  /** Tells what text of a file was compiled to what ran: counts where no revision tells what the file was. */
  async compiledFrom(file: WorkspaceFile, content: string): Promise<void> {
    const past = await this.files.beside(file, content);
    if (past !== undefined) this.compiled.set(file.path, past);
  }

  /** A file of now as it was then. */
  async at(file: WorkspaceFile): Promise<PastAnswer> {
    const answer = await this.recorded(file);
    const compiled = this.compiled.get(file.path);
    const isRevision = this.origin.revision !== undefined && (answer.kind === 'same' || answer.kind === 'other');
    const isTold = isRevision && !(answer.kind === 'other' && answer.past.instead !== undefined);
    return compiled === undefined || isTold || answer.kind === 'new' ? answer : { kind: 'other', past: compiled };
  }

  private async recorded(file: WorkspaceFile): Promise<PastAnswer> {
    const { revision, process } = this.origin;
    if (revision === undefined && process === undefined) return NO_PAST;
    const answer = await this.files.at(file, this.service, this.origin);
    const isSnapshot = answer.kind === 'saved' || (answer.kind === 'other' && answer.past.instead !== undefined);
    if (revision !== undefined && !isSnapshot)
      this.note(this.words(file, answer, `${this.name!} (${revision.from})`), answer);
    return answer;
  }

  /** Files that were moved since, which a path of then may mean. */
  async movedFrom(raw: string): Promise<WorkspaceFile[]> {
    const { revision } = this.origin;
    return revision === undefined ? [] : movedFrom(raw, await this.files.movedSince(revision));
  }

  private note(text: string, answer: PastAnswer): void {
    const isSilent = answer.kind === 'unknown' && answer.why === undefined;
    if (!isSilent) this.notes.add(`${text}.`);
  }

  private words({ relative }: WorkspaceFile, answer: PastAnswer, name: string): string {
    switch (answer.kind) {
      case 'same':
        return answer.before === undefined
          ? `${relative} is as it was at ${name}`
          : `${relative} was ${answer.before} at ${name} and was only moved`;
      case 'other': {
        const { lines, before } = answer.past;
        const called = before === undefined ? '' : `, was called ${before} there`;
        const places = lines.hunkCount === 1 ? 'one place' : `${lines.hunkCount} places`;
        return `${relative} was changed in ${places} since ${name}${called}`;
      }
      case 'new':
        return `${relative} was not there at ${name}`;
      case 'saved':
      case 'unknown':
        return `The spans were recorded at ${name}, which ${('why' in answer && answer.why) || 'says nothing'}`;
    }
  }
}
