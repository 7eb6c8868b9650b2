import { describeRepositories } from '../repositories/repositories.conformance.ts';
import { describeDatabases } from './testing/databases.ts';

describeDatabases('repositories', (open) => describeRepositories(open), { pgvector: true });
