import { addMessage } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import { literal } from '../extract/textBuilder';
import type { SyntaxNode } from '../syntaxNode';
import { keyword, positional, type CallIdiom, type RubyFile } from './file';
import { rubyPath } from './outline';

/** `OrderJob.perform_async(1)`, `OrderJob.set(wait: 5).perform_later`: Sidekiq, Active Job. */
export const performLater: CallIdiom = (call, file) => {
  const job = call.receiverNode === undefined ? file.outline.typeAt(call.start) : constantIn(call.receiverNode, file);
  addJob(call, job, file);
};

/** `Resque.enqueue(OrderJob, 1)`, `OrderJob.enqueue(1)` of Que, `Delayed::Job.enqueue OrderJob.new(1)`. */
export const enqueue: CallIdiom = (call, file) => {
  const owner = call.receiver.replaceAll('::', '.');
  const isQueue = /^(Resque|Que|Delayed\.Job|Sidekiq\.Client)$/.test(owner);
  const given = keyword(call, 'job_class', file.source) ?? positional(call).find((node) => constantIn(node, file));
  if (!isQueue) addJob(call, call.receiverNode && constantIn(call.receiverNode, file), file);
  else addJob(call, given && constantIn(given, file), file);
};

/** A job is a message to its class: see `source/evidence/job.ts`. */
function addJob(call: Parameters<CallIdiom>[0], job: string | undefined, file: RubyFile): void {
  if (job !== undefined && job !== '') addMessage(file, call, 'producer', 'job', literal(`job:${job}`));
}

/** The class at the start of a chain: of `OrderJob.set(wait: 5)`, `OrderJob.new`, `self.class`. */
function constantIn(node: SyntaxNode, file: RubyFile): string | undefined {
  let at: SyntaxNode | undefined = node;
  for (let level = 0; at !== undefined && level < 8; level++) {
    if (at.type === 'constant' || at.type === 'scope_resolution') return rubyPath(file.source.of(at));
    if (at.type === 'self') return file.outline.typeAt(at.startIndex);
    at = at.type === 'call' ? child(at, 'receiver') : undefined;
  }
  return undefined;
}
