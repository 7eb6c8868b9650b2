import { describeVectorIndex } from '../vector-index.conformance.ts';
import { createUsearchIndex } from './usearch-index.ts';

describeVectorIndex('usearch', createUsearchIndex);
