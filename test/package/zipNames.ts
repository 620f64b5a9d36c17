/**
 * The names of a ZIP archive's entries, out of its central directory: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16.
 * @throws Error when the archive has no end record.
 */
export function zipNames(archive: Buffer): string[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('no ZIP archive');
  const names: string[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const start = at + 46;
    names.push(archive.toString('utf8', start, start + name!));
    at = start + name! + extra! + comment!;
  }
  return names;
}
