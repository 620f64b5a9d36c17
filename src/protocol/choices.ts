/** Messages about where operations belong: what may be picked, what was, and why. */
import type { Line0 } from '../base/positions';
import type { OperationId } from '../model/operation';
import type { HoverContent } from '../model/hover';

/** A place that an operation may belong to. */
export interface PlaceChoice {
  readonly uri: string;
  readonly line: Line0;
  readonly symbol: string;
  /** `src/users.ts:2`. */
  readonly label: string;
  readonly confidence: number;
  /** The evidence, in words. */
  readonly why: string;
}

/** An operation with the places to choose from. */
export interface OperationChoice {
  readonly operation: OperationId;
  readonly service: string;
  readonly name: string;
  /** One sentence of how it stands: `2 places fit equally well`. */
  readonly status: string;
  /** What is shown now comes first. */
  readonly places: readonly PlaceChoice[];
}

/** A choice that was made. */
export interface MadeChoice {
  readonly id: string;
  /** `GET /users/:id of users-api`. */
  readonly operation: string;
  readonly verdict: 'pick' | 'not';
  /** `getUser, src/users.ts:2`. */
  readonly place: string;
  readonly shared: boolean;
}

/** An operation without a place. */
export interface UnplacedNode {
  readonly operation: OperationId;
  readonly service: string;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly nextStep?: string;
  /** How many places may be it. */
  readonly places: number;
  /** It names a file that only the user can place. */
  readonly lacksPath?: true;
}

/** Operations that have no place for the same reason, with what would help. */
export interface ReasonNode {
  readonly text: string;
  readonly nextStep?: string;
  readonly snippets: readonly { readonly text: string; readonly language: string; readonly code: string }[];
  readonly operations: readonly UnplacedNode[];
}

/** A folder of running processes that only the user can place. */
export interface PathQuestionView {
  readonly service: string;
  /** A path below it, as a process wrote it. */
  readonly path: string;
  /** `/srv/app`. */
  readonly root: string;
  /** The files that the path may be. */
  readonly files: readonly { readonly uri: string; readonly label: string }[];
}

/** What the user said of paths, kept with the workspace. */
export interface KeptPaths {
  readonly told: readonly ToldPath[];
  /** Roots that were asked for, which nobody is asked for again: `orders-api /srv/app`. */
  readonly asked: readonly string[];
}

/** Paths of a service that begin with these segments lie below a folder. */
export interface ToldPath {
  readonly service: string;
  readonly from: readonly string[];
  /** `folder` is an absolute workspace folder. */
  readonly to: { readonly folder: string; readonly relative: string };
}

export interface ChoiceRequests {
  /** What is not known of paths, for all operations or for one. */
  'spanlight/pathQuestions': { params: { operation?: string }; result: readonly PathQuestionView[] };
  /**
   * A path of a service is this file, or lies below this folder; without either it is in no folder of the workspace.
   * @returns what was learned: `/srv/app is services/orders`.
   */
  'spanlight/tellPath': { params: { service: string; path: string; uri?: string }; result: string };
  /** The operations of the window that should have a place and have none, by reason. */
  'spanlight/mappingReasons': {
    params: null;
    result: { readonly mapped: number; readonly total: number; readonly reasons: readonly ReasonNode[] };
  };
  /**
   * Places to choose from: of one operation; or of all that may belong to the function around a line, and where none
   * may, of those of its service without a place.
   */
  'spanlight/placeChoices': {
    params: { operation?: string; uri?: string; line?: number };
    result: { readonly here?: PlaceChoice; readonly operations: readonly OperationChoice[] };
  };
  /** From now on the operation belongs, or does not belong, to the function at the line; without one, to where it is shown. */
  'spanlight/choose': {
    params: { operation: string; verdict: 'pick' | 'not'; share: boolean; uri?: string; line?: number };
    result: { readonly place: string };
  };
  'spanlight/choices': { params: null; result: readonly MadeChoice[] };
  /** @returns how many were forgotten. */
  'spanlight/forgetChoices': { params: { ids: readonly string[] }; result: number };
  /** Writes all own choices to the repository's `.vscode/spanlight.json`. @returns how many. */
  'spanlight/shareChoices': { params: null; result: number };
  /** Why something, or nothing, is shown at the function around a line. */
  'spanlight/why': { params: { uri: string; line: number }; result: HoverContent | null };
}
