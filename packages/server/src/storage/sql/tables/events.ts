/** Kysely declarations of the tables of the event log. */
export interface EventStreamsTable {
  project_id: string;
  id: string;
  next_seq: number;
  touched_at: number;
  ended_at: number | null;
}

export interface EventsTable {
  project_id: string;
  stream_id: string;
  seq: number;
  type: string;
  data: string;
  created_at: number;
}
