/**
 * Manifests, files of deployment and what else says where code answers, of which the engine hears unsaved text too, so that
 * what it says of a process is what stands in the editor, and so that fixes are offered there. Lock files are not among them: tools write them, and they are large.
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
  '**/*.{proto,cshtml}',
  '**/{.env,.env.*,*.env,application.conf,appsettings*.json}',
];
