import os from 'node:os';
import { attributeText, firstText, type Attributes } from '../../model/attributes';

/** The state of the code that a process said it was built from. */
export interface RecordedRevision {
  /** `3f2c1ab…` or `1.2.3`, as it is looked up. */
  readonly text: string;
  /** A version is one where a tag is called like it. */
  readonly kind: 'commit' | 'version';
  /** The attribute that said it. */
  readonly from: string;
}

/** Which code a service's spans were recorded in, as far as its resource tells. */
export interface CodeOrigin {
  readonly revision: RecordedRevision | undefined;
  /** Tells the processes of a service apart; undefined where nothing does. */
  readonly process: string | undefined;
  /** Epoch milliseconds from which on the process ran, or was first heard of. */
  readonly sinceMs: number | undefined;
}

/** Attributes that hold a commit, newest convention first. */
const COMMIT = [
  'vcs.ref.head.revision',
  'vcs.repository.ref.revision',
  'git.commit.sha',
  '_dd.git.commit.sha',
  'process.environment_variable.DD_GIT_COMMIT_SHA',
];

const HEX = /^[0-9a-f]{7,64}$/;

/** A whole hash, or an abbreviated one that is no number, as a build's count would be. */
const VERSION_IS_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,39})$/;

/** `1.2.3+3f2c1ab`, `1.2.3-14-g3f2c1ab` as `git describe` writes it, `1.2.3+build.7.3f2c1ab`. */
const COMMIT_IN_VERSION = /(?:\+(?:[\w-]+\.)*|-\d+-g|\+g|-g)([0-9a-f]{7,40})(?:[.-]dirty)?$/;

/** The revision in a resource's attributes; undefined where none is named. */
export function recordedRevision(resource: Attributes): RecordedRevision | undefined {
  for (const from of COMMIT) {
    const text = attributeText(resource, from)?.trim().toLowerCase();
    if (text !== undefined && HEX.test(text)) return { text, kind: 'commit', from };
  }
  const version = attributeText(resource, 'service.version')?.trim();
  if (version === undefined || version === '') return undefined;
  const from = 'service.version';
  const lower = version.toLowerCase();
  if (VERSION_IS_COMMIT.test(lower)) return { text: lower, kind: 'commit', from };
  const inside = COMMIT_IN_VERSION.exec(lower)?.[1];
  if (inside !== undefined) return { text: inside, kind: 'commit', from };
  // A process of this machine runs what lies on its disk: its version is the last one that was released.
  return isHere(resource) ? undefined : { text: version, kind: 'version', from };
}

/**
 * @param heardMs epoch milliseconds at which the process was first heard of; left out where processes are not followed.
 */
export function codeOrigin(resource: Attributes, heardMs?: number): CodeOrigin {
  const revision = recordedRevision(resource);
  if (heardMs === undefined) return { revision, process: undefined, sinceMs: undefined };
  const created = Date.parse(attributeText(resource, 'process.creation.time') ?? '');
  const sinceMs = Number.isFinite(created) ? Math.min(created, heardMs) : heardMs;
  return { revision, process: processKey(resource), sinceMs };
}

/** Distinguishes what two origins would be compared with. */
export function originKey({ revision, process }: CodeOrigin): string {
  return `${revision?.text ?? ''}\0${process ?? ''}`;
}

/** Development servers that load edited code into the process that runs: what it began with says nothing. */
const RELOADS =
  /\b(next|nuxt|nuxi|remix|react-router|astro)(\.[cm]?js)? dev\b|\bnext\/dist\/server\/lib\/start-server\b|\bvite\b| --hot\b/;

function reloadsCode(resource: Attributes): boolean {
  const args = resource.get('process.command_args');
  const words = Array.isArray(args) ? args.filter((word) => typeof word === 'string').join(' ') : '';
  return RELOADS.test(`${words} ${attributeText(resource, 'process.command_line') ?? ''}`.replaceAll('\\', '/'));
}

function processKey(resource: Attributes): string | undefined {
  if (reloadsCode(resource)) return undefined;

  const instance = attributeText(resource, 'service.instance.id');
  const pid = attributeText(resource, 'process.pid');
  const created = attributeText(resource, 'process.creation.time') ?? '';
  const where = firstText(resource, ['container.id', 'k8s.pod.uid', 'host.id', 'host.name']) ?? '';
  if (instance === undefined && pid === undefined) return undefined;
  return [instance ?? '', where, pid ?? '', created].join('|');
}

function isHere(resource: Attributes): boolean {
  return attributeText(resource, 'host.name') === os.hostname() && resource.has('process.pid');
}
