import table from '../../coverage/agents.json';
import type { UnitLanguage } from '../processUnit';

/**
 * Where something was read: a start command (also options in the environment), an instruction that builds or fetches, a file
 * that is copied in, an environment variable (`NAME=value`), an image, a
 * base image, an annotation or label (`key: value`), or a line of a
 * file whose form is not read (Terraform, Helm templates).
 */
export type DeploymentPlace = 'base' | 'command' | 'build' | 'file' | 'environment' | 'image' | 'annotation' | 'line';

/** A row of `coverage/agents.json`. */
export interface AgentRow {
  readonly name: string;
  readonly language: UnitLanguage | 'any';
  /** `everything usual`, or what it covers. */
  readonly covers: string | readonly string[];
  readonly source: string;
}

interface Recognised {
  readonly row: AgentRow;
  readonly places: ReadonlySet<string>;
  readonly pattern: RegExp;
}

let compiled: readonly Recognised[] | undefined;

/** Nearly no command and variable shows any: one look instead of a hundred. */
let anyAgent: RegExp | undefined;

/** Agents that say nothing of themselves: only where no other is seen. */
const NAMELESS = new Set(['java-agent', 'dotnet-profiler']);

/** The agents that a text in a place shows, each with the part that shows it. */
export function agentsIn(place: DeploymentPlace, text: string): { readonly row: AgentRow; readonly index: number }[] {
  compiled ??= table.agents.flatMap((agent) =>
    agent.recognisedBy.map((by) => ({
      row: agent as AgentRow,
      places: new Set(by.in),
      pattern: new RegExp(by.pattern, 'i'),
    })),
  );
  anyAgent ??= new RegExp(compiled.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'i');
  if (!anyAgent.test(text)) return [];
  const found = compiled.flatMap(({ row, places, pattern }) => {
    const index = places.has(place) ? text.search(pattern) : -1;
    return index < 0 ? [] : [{ row, index }];
  });
  return found.some(({ row }) => !NAMELESS.has(row.name)) ? found.filter(({ row }) => !NAMELESS.has(row.name)) : found;
}

/** What is known of an agent by its name. */
export function agentRow(name: string): AgentRow | undefined {
  return (table.agents as readonly AgentRow[]).find((row) => row.name === name);
}

/** The names of all agents that are known. */
export function agentNames(): string[] {
  return table.agents.map(({ name }) => name);
}
