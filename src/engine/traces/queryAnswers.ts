import type { OperationStats } from '../../model/operation';
import type { QueryRequests } from '../../protocol/queries';
import type { OperationBoard } from '../boards/operationBoard';
import type { RequestHandlers } from '../requests';
import { operationQuery } from '../sources/operationQuery';
import type { SourceControl } from '../sources/sourceControl';
import { checkQuery } from './queryCheck';
import { QueryCompleter } from './queryCompletion';

/** Operations that one query asks for at most. */
const MOST_OPERATIONS = 5;

/** What answers about queries are made of. */
export interface QueryAnswerParts {
  readonly board: OperationBoard;
  readonly sources: SourceControl;
}

/** The answers to the requests of `protocol/queries.ts`. */
export function queryAnswers({ board, sources }: QueryAnswerParts): Pick<RequestHandlers, keyof QueryRequests> {
  const source = sources.active;
  const completer = new QueryCompleter({ source, sourceName: () => sources.status().name, known: () => board.all });
  return {
    'spanlight/checkQuery': ({ query, anySemconv = false }) => checkQuery({ text: query, anySemconv }, source),
    'spanlight/completeQuery': (params, signal) => completer.complete(params, signal),
    'spanlight/operationQuery': ({ operation }) => {
      const stats = board.get(operation);
      return stats === undefined ? null : queryOfOperations([stats], board.all);
    },
  };
}

/**
 * TraceQL for the spans of some operations, short enough to be read: attributes are named only where another operation of
 * the service has the same name and kind.
 * @param all the operations that they must be told from.
 */
export function queryOfOperations(operations: readonly OperationStats[], all: readonly OperationStats[]): string {
  const queries = operations.slice(0, MOST_OPERATIONS).map(({ id, key }) => {
    const isAlike = all.some(
      (other) =>
        other.id !== id &&
        other.key.service === key.service &&
        other.key.name === key.name &&
        other.key.kind === key.kind,
    );
    return operationQuery(isAlike ? key : { ...key, attributes: new Map() });
  });
  return [...new Set(queries)].join(' || ');
}
