import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import {
  NO_PLACES,
  callsiteCandidate,
  ownerCandidate,
  settle,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../../candidate';
import { missInReach } from '../../missed';
import { rubyMethods } from '../../names/rubyMethods';
import { CONFIDENCE, SHARED } from '../confidences';

const JOB_CLASS = ['messaging.sidekiq.job_class', 'messaging.que.job_class', 'messaging.resque.job_class'];

/** A job as its span names it. */
interface NamedJob {
  /** `['Shop', 'OrderJob']` */
  readonly path: readonly string[];
  /** What the worker calls. */
  readonly methods: readonly string[];
}

/**
 * The class of a background job (Sidekiq, Active Job, Que, Resque, Delayed Job): of a span that works on one to its
 * `perform`, of one that puts it into the queue to the call that does.
 */
export function rubyJobEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  if (context.dialect !== undefined && context.dialect !== 'ruby') return NO_PLACES;
  const job = namedJob(operation);
  return job === undefined ? NO_PLACES : placesOfJob(job, operation, context);
}

async function placesOfJob(job: NamedJob, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const text = `job ${job.path.join('::')}`;
  if (operation.kind === 'PRODUCER') return enqueued(job, text, operation, context);
  if (operation.kind !== 'CONSUMER') return [];
  const { index, touch, scope } = context;
  for (const method of job.methods) {
    const all = await rubyMethods({ index, touch, allows: (file) => scope.allowsNamed(file) }, job.path, method);
    const found = scope.nearest(all, ({ file }) => file);
    if (found.length === 0) continue;
    const because = {
      kind: 'function',
      confidence: found.length > 1 ? SHARED.function : CONFIDENCE.function.qualified,
      text,
    } as const;
    return found.map((at) => ownerCandidate(at.file, at.facts, at.index, because));
  }
  context.miss('symbol-not-found', `No code of the workspace declares the job ${job.path.join('::')}.`);
  return [];
}

function namedJob({ attributes, scope }: OperationKey): NamedJob | undefined {
  // Older versions name the adapter as the system: `async`, `sidekiq`.
  const isActiveJob = attributeText(attributes, 'messaging.system') === 'active_job' || /::ActiveJob$/.test(scope);
  const delayed = attributeText(attributes, 'messaging.delayed_job.name');
  const named =
    firstText(attributes, JOB_CLASS) ?? (isActiveJob ? attributeText(attributes, 'code.namespace') : delayed);
  // Delayed Job calls any method: `Order#deliver`, `Order.import`.
  const [, type, method] = /^([A-Z][\w:]*)(?:[#.](\w+[?!]?))?$/.exec(named ?? '') ?? [];
  if (type === undefined) return undefined;
  return { path: type.split('::').filter((part) => part !== ''), methods: method ? [method] : ['perform', 'run'] };
}

async function enqueued(
  job: NamedJob,
  text: string,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const places: Candidate[] = [];
  for (let from = 0; from < job.path.length; from++) {
    const written = job.path.slice(from).join('.');
    context.touch(`message:job:${written}`);
    for (const { file: path, value } of context.index.messages.get(`job:${written}`)) {
      const file = context.files.get(path);
      const facts = context.reachesNamed(file) ? await context.facts(file) : undefined;
      if (!file || !facts || isTest(file.relative)) continue;
      const place = callsiteCandidate(file, facts, value.range, {
        kind: 'messaging',
        confidence: CONFIDENCE.messaging.job,
        text,
      });
      // A name without all of its modules means this class only within them.
      const around = facts.functions[place.function]?.container ?? [];
      if (job.path.slice(0, from).every((part, i) => around[i] === part)) places.push(place);
    }
  }
  const near = context.scope.nearest(places, ({ file }) => file);
  if (near.length === 0) missInReach(`enqueues the ${text}`, operation, context);
  return settle(near, SHARED.messaging, operation, context);
}

function isTest(relative: string): boolean {
  return /(^|\/)(spec|test|features)\//.test(relative);
}
