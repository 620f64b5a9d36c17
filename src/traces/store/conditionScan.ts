import type { OperationTable } from '../../model/operationTable';
import type { FieldExpression } from '../traceql/language/ast';
import { compileTernary } from '../traceql/evaluate/ternary';
import type { Segment } from './segment';
import { ColumnFields, OperationFields, SpanFields, withCold } from './spanFields';

/** What {@link ConditionScan} found for a row. */
export const NO = 0;
export const MAYBE = 1;
export const YES = 2;

/**
 * Looks for the spans that meet a condition: once per operation, then in the columns of what that leaves open, then in
 * the bytes of what that leaves open. What is open in the end (events, links, the place in the trace) is `MAYBE`.
 */
export class ConditionScan {
  private readonly onOperations;
  private readonly onColumns;
  private readonly onSpans;
  private operationResults = new Uint8Array(0);
  private readonly operationFields: OperationFields;

  constructor(
    condition: FieldExpression,
    private readonly operations: OperationTable,
    private readonly anySemconv: boolean,
  ) {
    this.onOperations = compileTernary<OperationFields>(condition);
    this.onColumns = compileTernary<ColumnFields>(condition);
    this.onSpans = compileTernary<SpanFields>(condition);
    this.operationFields = new OperationFields(operations);
  }

  /**
   * Tests some rows of a segment. @returns per row of `rows` one of {@link NO}, {@link MAYBE}, {@link YES}.
   */
  scan(segment: Segment, rows: Uint32Array): Uint8Array {
    this.testOperations();
    const results = new Uint8Array(rows.length);
    const columns = new ColumnFields(segment, this.anySemconv);
    const { operation } = segment.batch;
    let open = 0;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      let result = this.operationResults[operation[row]!]!;
      if (result === MAYBE) {
        columns.row = row;
        result = resultOf(this.onColumns(columns));
        if (result === MAYBE) open++;
      }
      results[index] = result;
    }
    if (open > 0) this.decode(segment, rows, results, open);
    return results;
  }

  private decode(segment: Segment, rows: Uint32Array, results: Uint8Array, open: number): void {
    const places = new Uint32Array(open);
    let at = 0;
    for (let index = 0; index < rows.length; index++) if (results[index] === MAYBE) places[at++] = index;
    const selected = withCold(
      segment,
      places.map((index) => rows[index]!),
    );
    const spans = new SpanFields(selected.segment, this.anySemconv);
    for (let index = 0; index < open; index++) {
      spans.row = selected.rows[index]!;
      results[places[index]!] = resultOf(this.onSpans(spans));
    }
  }

  /** Operations only become more. */
  private testOperations(): void {
    const { operations, operationResults: before } = this;
    if (before.length === operations.size) return;
    const results = new Uint8Array(operations.size);
    results.set(before);
    for (let operation = before.length; operation < results.length; operation++) {
      this.operationFields.operation = operation;
      results[operation] = resultOf(this.onOperations(this.operationFields));
    }
    this.operationResults = results;
  }
}

function resultOf(holds: boolean | undefined): number {
  return holds === undefined ? MAYBE : holds ? YES : NO;
}
