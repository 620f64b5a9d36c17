import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Event } from '../../base/event';

/** Draws the component again when `event` fires with one of `relevant`; where that is left out, whatever it fires with. */
export function useChanges<T>(event: Event<T>, relevant?: readonly T[]): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  // With the drawing itself: other effects wait for the next frame, and what changes until then would never be drawn.
  useLayoutEffect(() => {
    const subscription = event((value) => {
      if (relevant === undefined || relevant.includes(value)) redraw(undefined);
    });
    return () => subscription.dispose();
    // `relevant` is a constant list at every caller.
  }, [event]);
}
