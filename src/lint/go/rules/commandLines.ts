import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import type { GoAnalysis } from '../goAnalysis';
import { outermost } from '../relevance';
import { importNamed } from '../values/scope';

const COMMANDS = /spf13\/cobra|urfave\/cli|alecthomas\/kong|google\/subcommands|c-bata\/go-prompt/;
/** What starts something that stays. */
const STAYS = /\.(Start|Listen|Serve\w*)\(|signal\.Notify/;
/** `s.Start(ctx)`, not a spinner's or a span's start. */
const STARTS_SOMETHING =
  /(?<!spinner|\bsp|tracer|Tracer\(\)|progress|bar|cmd|timer)\.(Start|Run|Serve)\((\w*[cC]tx|context\.Background\(\)|cmd\.Context\(\))\)/;
/** What begins to serve others. */
export const SERVES = /Serve\(|ListenAndServe|\bNew\w*Server\(|http\.Server\{/;

/** `node.StartServer(…)` of another package, not `client.StartServer(ctx, …)`, which asks a server for it. */
const STARTS_BY_NAME =
  /\b(\w+)\.(?:Start|Run|Serve)(?:Node|Server|Service|Daemon|Worker|Agent|Gateway|Proxy|Operator|Controller)\(/;

/** A command that asks a server, not the server itself nor one that starts something that stays. */
export function isCommandLine(source: SourceCode): boolean {
  return hasCommands(source) && !source.has(SERVES) && !source.has(STARTS_SOMETHING) && !startsByName(source);
}

function startsByName(source: SourceCode): boolean {
  if (!source.has(STARTS_BY_NAME)) return false;
  const all = [...source.code.text.matchAll(new RegExp(STARTS_BY_NAME, 'g'))];
  return all.some(([, qualifier]) => importNamed(source, qualifier!)?.kind === 'import');
}

/** Takes in what others send: messages, events of a cloud, changes of a cluster. */
const TAKES_IN =
  /\.(Subscribe|QueueSubscribe|Consume\w*|ReadMessage|FetchMessage|PollFetches|Receive|ReceiveMessage|XReadGroup)\(|\blambda\.Start\w*\(|\.NewManager\(|\bworker\.New\(/;
const tools = new WeakMap<GoAnalysis, boolean>();

/** A program of commands, all of it at hand, that serves nobody and takes nothing in: no part of others' traces. */
export function isTool(analysis: GoAnalysis): boolean {
  let found = tools.get(analysis);
  if (found === undefined) {
    const { unit } = analysis;
    const { sources } = unit.code.program;
    found = unit.isWhole && sources.some(hasCommands) && !sources.some((one) => one.has(SERVES) || one.has(TAKES_IN));
    tools.set(analysis, found);
  }
  return found;
}

/** A connection that commands ask a server by; what no file at hand calls in a package of commands may be one too. */
export function isForCommandLine(analysis: GoAnalysis, source: SourceCode, around: CodeFunction, levels = 3): boolean {
  if (isCommandLine(source) || isOfCommands(analysis, source) || isTool(analysis)) return true;
  const callers = analysis.relevance.callersOf({ source, function: around });
  if (callers.length > 0)
    return (
      levels > 0 &&
      callers.every((one) => isForCommandLine(analysis, one.source, outermost(one.source, one.function), levels - 1))
    );
  if (around.name === 'main' || around.id === 0 || source.has(SERVES) || startsByName(source)) return false;
  return source.code.namespace === 'main' && analysis.unit.packages.of(source).sources.some(hasCommands);
}

/** A `main` package of commands none of which starts a server or anything else that stays. */
function isOfCommands(analysis: GoAnalysis, source: SourceCode): boolean {
  if (source.code.namespace !== 'main') return false;
  const { sources } = analysis.unit.packages.of(source);
  return sources.some(hasCommands) && !sources.some((one) => one.has(SERVES) || one.has(STAYS) || startsByName(one));
}

function hasCommands({ code }: SourceCode): boolean {
  return code.imports.some(({ from }) => COMMANDS.test(from));
}
