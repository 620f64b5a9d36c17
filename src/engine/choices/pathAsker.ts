import type { Disposable } from '../../base/disposable';
import { pathQuestions, type PathQuestion } from '../../source/paths/pathQuestions';
import type { ReportedOperation } from '../../source/report/mappingReport';
import type { OperationStats } from '../../model/operation';
import type { OperationBoard } from '../boards/operationBoard';
import type { PlaceFinder } from '../hints/placeFinder';
import type { Notice } from '../receiver/movedPort';
import type { PathKeeper } from './pathKeeper';

/** Operations that were just seen may be placed by what others teach. */
const SETTLING_MS = 3_000;

/** An operation of the window with its answer. */
export type PlacedStats = ReportedOperation & Pick<OperationStats, 'id'>;

export interface PathAskerParts {
  readonly board: Pick<OperationBoard, 'all'>;
  readonly places: Pick<PlaceFinder, 'get'>;
  readonly keeper: PathKeeper;
  readonly tell: (notice: Notice) => void;
  /** A path as people of the workspace write it. */
  readonly describeFile: (file: string) => string;
  readonly settlingMs?: number;
}

/**
 * Asks where the folders of processes lie whose files are found several times in the workspace: once a root, and all at
 * once. What is in no folder of the workspace is not asked for; the mapping report and "why nothing here" offer it.
 */
export class PathAsker implements Disposable {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: PathAskerParts) {}

  /** Operations were given places, or none: in a moment it is seen what there is to ask. */
  placesChanged(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, this.parts.settlingMs ?? SETTLING_MS);
  }

  /** What is not known of paths, of the operations of the window. */
  questions(): PathQuestion<PlacedStats>[] {
    const { board, places } = this.parts;
    return pathQuestions(
      board.all.flatMap(({ id, key, count }) => {
        const mapping = count === 0 ? undefined : places.get(id);
        return mapping === undefined ? [] : [{ id, key, mapping }];
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private ask(): void {
    const { keeper, tell, describeFile } = this.parts;
    const open = this.questions().filter(
      ({ files, service, root }) => files.length > 0 && !keeper.wasAsked(service, root),
    );
    const [first] = open;
    if (first === undefined) return;
    for (const { service, root } of open) keeper.noteAsked(service, root);
    const [one, two, ...others] = first.files.map(describeFile);
    const which =
      two === undefined ? `${one!}, but only its name agrees` : `${one!} or ${others.length > 0 ? 'another' : two}`;
    const more = open.length === 1 ? '' : ` So may ${open.length - 1} other ${open.length === 2 ? 'path' : 'paths'}.`;
    tell({
      message: `${first.path} of ${first.service} may be ${which}.${more} Say once where it lies, and all below ${first.root} is found.`,
      isQuestion: true,
      actions: [{ label: 'Choose…', command: 'spanlight.locatePath' }],
    });
  }
}
