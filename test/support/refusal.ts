import assert from 'node:assert/strict';

/** What asked-for work ends in, where it has to fail; any error but one of `kind` fails the test with its own words. */
export async function refusalOf<E extends Error>(
  work: Promise<unknown>,
  kind: abstract new (...given: never[]) => E,
): Promise<E> {
  const error: unknown = await work.then(
    () => assert.fail('no error'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof kind, String(error));
  return error;
}
