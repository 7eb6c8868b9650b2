/** `selfsame models`: what is here, what could be pulled, and which model answers. */
import { describeModels } from '../start/describe-models.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function showModels(flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const { rows, refused, answers } = await describeModels(config);
  console.log(
    table(
      ['id', 'kind', 'tier', 'here', 'size', 'licence', 'what it is'],
      rows.map((row) => [
        row.id,
        row.kind,
        row.tier,
        row.here ? 'yes' : 'no',
        `${Math.round(row.bytes / 1e6)} MB`,
        row.licence,
        row.label,
      ]),
    ),
  );
  for (const refusal of refused) console.log(`refused: ${refusal}`);
  console.log(`\n${answers}`);
}
