import type { TimeWindow } from '../../../model/time';
import type { ServiceGraph } from '../../../model/traceSource';
import { isObject, type JsonObject } from '../../otlp/jsonFields';
import type { BackendHttp } from '../transport/backendHttp';
import { isInstrumented, secondsWindows } from './xraySummaries';

/** X-Ray's map of services over some time. */
export interface XrayGraph {
  /** Those that send traces themselves. */
  readonly services: ReadonlySet<string>;
  readonly graph: ServiceGraph;
}

type Edge = ServiceGraph['edges'][number];

/** `GetServiceGraph`: calls as X-Ray has counted them, pages and pieces of the window added up. */
export async function fetchGraph(http: BackendHttp, window: TimeWindow, signal: AbortSignal): Promise<XrayGraph> {
  const services = new Set<string>();
  const edges = new Map<string, Edge>();
  for (const { from, to } of secondsWindows(window)) {
    const nodes = await graphNodes(http, { StartTime: from, EndTime: to }, signal);
    const names = new Map(
      nodes.map((node) => [node.ReferenceId, typeof node.Name === 'string' ? node.Name : undefined]),
    );
    for (const node of nodes) {
      if (typeof node.Name !== 'string' || node.Type === 'client') continue;
      if (isInstrumented(node.Type)) services.add(node.Name);
      for (const edge of itemsOf(node.Edges)) {
        const callee = names.get(edge.ReferenceId);
        // Segments of the same name are one service in several places.
        if (callee !== undefined && callee !== node.Name) addEdge(edges, node.Name, callee, edge.SummaryStatistics);
      }
    }
  }
  return { services, graph: { edges: [...edges.values()] } };
}

async function graphNodes(http: BackendHttp, range: object, signal: AbortSignal): Promise<JsonObject[]> {
  const nodes: JsonObject[] = [];
  let token: unknown;
  do {
    const body = JSON.stringify({ ...range, ...(typeof token === 'string' ? { NextToken: token } : {}) });
    const answer = await (await http.ask({ path: '/ServiceGraph', body }, signal)).object();
    nodes.push(...itemsOf(answer.Services));
    token = answer.NextToken;
  } while (typeof token === 'string' && token !== '');
  return nodes;
}

function addEdge(edges: Map<string, Edge>, caller: string, callee: string, statistics: unknown): void {
  const { TotalCount, OkCount, ErrorStatistics, FaultStatistics } = isObject(statistics) ? statistics : {};
  const errors = totalOf(ErrorStatistics) + totalOf(FaultStatistics);
  const count = countOf(TotalCount) || countOf(OkCount) + errors;
  const key = `${caller}\u0000${callee}`;
  const before = edges.get(key) ?? { caller, callee, count: 0, errorCount: 0 };
  edges.set(key, { ...before, count: before.count + count, errorCount: before.errorCount + errors });
}

function totalOf(statistics: unknown): number {
  return isObject(statistics) ? countOf(statistics.TotalCount) : 0;
}

function countOf(value: unknown): number {
  return Number(value) || 0;
}

function itemsOf(list: unknown): JsonObject[] {
  return (Array.isArray(list) ? (list as unknown[]) : []).filter(isObject);
}
