import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { work } from './random';

const tracer = trace.getTracer('shop-db', '1.0.0');

/** A table in memory whose statements take time and leave spans as a PostgreSQL client's instrumentation would. */
export class Table<Row extends { id: string }> {
  private readonly rows = new Map<string, Row>();

  constructor(
    private readonly name: string,
    private readonly latency: readonly [number, number],
  ) {}

  find(id: string): Promise<Row | undefined> {
    return this.statement('SELECT', `SELECT * FROM ${this.name} WHERE id = $1`, () => this.rows.get(id));
  }

  list(limit: number): Promise<Row[]> {
    const sql = `SELECT * FROM ${this.name} ORDER BY id DESC LIMIT $1`;
    return this.statement('SELECT', sql, () => [...this.rows.values()].slice(-limit));
  }

  insert(row: Row): Promise<void> {
    return this.statement('INSERT', `INSERT INTO ${this.name} VALUES ($1, $2, $3)`, () => {
      this.rows.set(row.id, row);
      // Keeps a shop that runs all day from growing.
      if (this.rows.size > 500) this.rows.delete(this.rows.keys().next().value as string);
    });
  }

  private statement<T>(operation: string, sql: string, run: () => T): Promise<T> {
    const attributes = {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.collection.name': this.name,
      'db.operation.name': operation,
      'db.query.text': sql,
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    return tracer.startActiveSpan(`${operation} shop.${this.name}`, options, async (span) => {
      try {
        await work(...(this.latency as [number, number]));
        return run();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
        throw error;
      } finally {
        span.end();
      }
    });
  }
}
