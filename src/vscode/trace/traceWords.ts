/** What is said about traces: pure. */

/**
 * What stands in place of a trace that the engine does not have.
 * @param origin `restored`: it was open before the window was reloaded.
 * @param backend the one that was asked; undefined where that is this editor.
 */
export function notKeptWords(traceId: string, origin: 'opened' | 'restored', backend?: string): string {
  if (backend !== undefined) {
    return `${backend} has no trace ${traceId}: it never got there, was sampled out, is older than what it keeps, or lies in another backend.`;
  }
  const why =
    origin === 'restored'
      ? `Trace ${traceId} was open before the window was reloaded. Spanlight keeps traces in memory, and they went with the old window.`
      : `Trace ${traceId} is not kept here: it never arrived, was dropped as the oldest, or was collected before a restart.`;
  return `${why} If its spans arrive again, they are shown here.`;
}
