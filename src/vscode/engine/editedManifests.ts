/**
 * Manifests and files of deployment whose unsaved text the engine hears of, so that what it says of a process is what stands
 * in the editor, and so that fixes are offered there. Lock files are not among them: tools write them, and they are large.
 */
export const editedManifests: readonly string[] = [
  '**/package.json',
  '**/pom.xml',
  '**/*.{gradle,gradle.kts,properties,csproj,props,targets,toml,yml,yaml}',
  '**/{requirements,reqs}*.{txt,in}',
  '**/requirements/*.{txt,in}',
  '**/{go.mod,go.work,setup.py,setup.cfg,Pipfile,Procfile}',
  '**/{Dockerfile,Containerfile}{,.*}',
  '**/*.{Dockerfile,dockerfile}',
];
