import type { Range0 } from '../../base/positions';
import { isSource } from '../../lint/programReader';
import type { Finding } from '../../model/finding';

/** A place in a manifest to which the fix of a finding elsewhere has something to add. */
export interface ManifestHint {
  readonly file: string;
  readonly range: Range0;
  readonly finding: Finding;
}

/**
 * Where in manifests somebody who reads them should hear of findings in code: at the line that is evidence, else where
 * the first fix puts something in. One for each finding and manifest.
 */
export function manifestHints(findings: readonly Finding[]): ManifestHint[] {
  return findings.flatMap((finding) => {
    const edits = finding.fixes[0]?.edits ?? [];
    const files = new Set(edits.map(({ file }) => file).filter((file) => file !== finding.file && !isSource(file)));
    return [...files].map((file) => {
      const shown = finding.evidence.find((one) => one.file === file) ?? edits.find((one) => one.file === file)!;
      return { file, range: shown.range, finding };
    });
  });
}
