/** The expenses and the budget of a household, and the functions that the assistant may call on them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Expense {
  /** `2026-10-04` */
  date: string;
  category: string;
  amount: number;
}

export interface Ledger {
  expenses: readonly Expense[];
  /** Amount per month and category. */
  budget: Readonly<Record<string, number>>;
}

export async function readLedger(folder: string): Promise<Ledger> {
  const [, ...rows] = (await readFile(join(folder, 'expenses.csv'), 'utf8')).trim().split('\n');
  const expenses = rows.map((row) => {
    const [date = '', category = '', , amount] = row.split(',');
    return { date, category, amount: Number(amount) };
  });
  const budget = JSON.parse(await readFile(join(folder, 'budget.json'), 'utf8')) as Ledger['budget'];
  return { expenses, budget };
}

const parameters = {
  type: 'object',
  properties: {
    month: { type: 'string', pattern: '^20[0-9]{2}-[01][0-9]$', description: 'A month, such as 2026-10.' },
    category: { type: 'string', maxLength: 20, description: 'rent, groceries, electricity, phone or leisure.' },
  },
  required: ['month', 'category'],
  additionalProperties: false,
};

const toFunction = (name: string, description: string) =>
  ({ type: 'function', function: { name, description, parameters } }) as const;

export const FUNCTIONS = [
  toFunction('total_expenses', 'The sum of the expenses of a month in a category.'),
  toFunction('remaining_budget', 'The part of the budget of a month that is left in a category.'),
];

/** The output of a call. A wrong call is described, so that the model can correct it. */
export function callFunction({ expenses, budget }: Ledger, name: string, text: string): string {
  const { month, category } = JSON.parse(text) as { month: string; category: string };
  const planned = budget[category];
  if (planned === undefined) return `There is no category ${category}; those are ${Object.keys(budget).join(', ')}.`;
  const chosen = expenses.filter((each) => each.category === category && each.date.startsWith(`${month}-`));
  const total = chosen.reduce((sum, { amount }) => sum + amount, 0);
  if (name === 'total_expenses') return `Expenses for ${category} in ${month}: ${total.toFixed(2)}`;
  if (name === 'remaining_budget') return `Left for ${category} in ${month}: ${(planned - total).toFixed(2)}`;
  return `There is no function ${name}.`;
}
