/** A typed array over exactly its own bytes; a view into a larger buffer is copied, so that the rest does not travel. */
function exact<T extends ArrayBufferView>(view: T): T {
  if (view.byteOffset === 0 && view.byteLength === view.buffer.byteLength) return view;
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const Type = view.constructor as new (buffer: ArrayBuffer) => T;
  return new Type(bytes.buffer);
}

/**
 * The same value with every typed array over a buffer of its own. What arrives from the engine are views into one large
 * message, and posting a view to a webview posts its whole buffer, once for each. Goes two levels deep, as far as
 * `TraceView` has arrays.
 */
export function withExactBuffers<T extends object>(value: T): T {
  const deepen = (inner: unknown, depth: number): unknown => {
    if (ArrayBuffer.isView(inner)) return exact(inner);
    if (depth === 0 || typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, entry]) => [key, deepen(entry, depth - 1)]));
  };
  return deepen(value, 2) as T;
}
