import type { Disposable } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { Emitter } from '../../base/event';
import { hashText } from '../../base/tables/hash';
import type { Logger } from '../../base/logger';
import type { SourceLocation } from '../../model/location';
import type { OperationKey, OperationStats } from '../../model/operation';

/** What finds the line that an exception was thrown at; the source room's mapper. */
export interface ExceptionMapper {
  mapException(key: OperationKey, stack: string): Promise<SourceLocation | undefined>;
}

/** A line that throws. */
export interface ErrorPlace {
  readonly location: SourceLocation;
  readonly message: string;
}

interface Found {
  location: SourceLocation | undefined;
  /** The code changed since: shown until it was looked up again, so that hints do not flicker. */
  outdated: boolean;
}

/** Distinct stacks whose place is remembered. */
const MOST_STACKS = 1_000;

/** Knows where the exceptions of failed calls were thrown. Looked up in the background, once per stack and service. */
export class ErrorPlaces implements Disposable {
  private readonly places = new Map<string, Found>();
  private readonly found = new Emitter<void>();
  private mapper: ExceptionMapper | undefined;

  /** Some stack was given a place. */
  readonly onDidFind = this.found.event;

  constructor(private readonly logger: Logger) {}

  use(mapper: ExceptionMapper | undefined): void {
    this.mapper = mapper;
    this.places.clear();
  }

  /** The code changed, so places may be others now. */
  codeChanged(): void {
    for (const place of this.places.values()) place.outdated = true;
  }

  /** The line at which the latest failure of an operation was thrown, if it is known by now. */
  of(stats: OperationStats): ErrorPlace | undefined {
    if (stats.errorCount === 0) return undefined;
    const stack = stats.exemplars.error?.stack;
    if (stack === undefined || this.mapper === undefined) return undefined;
    const id = hashText(`${stats.key.service}\u0000${stack}`);
    if (this.places.get(id)?.outdated !== false) this.look(id, this.mapper, stats.key, stack);
    const location = this.places.get(id)?.location;
    return location && { location, message: stats.exemplars.error?.message ?? '' };
  }

  dispose(): void {
    this.mapper = undefined;
    this.found.dispose();
  }

  private look(id: string, mapper: ExceptionMapper, key: OperationKey, stack: string): void {
    if (this.places.size >= MOST_STACKS) this.places.delete(this.places.keys().next().value!);
    const place = this.places.get(id) ?? { location: undefined, outdated: false };
    place.outdated = false;
    this.places.set(id, place);
    mapper.mapException(key, stack).then(
      (location) => {
        if (mapper !== this.mapper || this.places.get(id) !== place) return;
        const same = JSON.stringify(location) === JSON.stringify(place.location);
        place.location = location;
        if (!same) this.found.fire();
      },
      (error: unknown) => this.logger.error(`Looking for where ${key.name} failed: ${describeError(error)}`),
    );
  }
}
