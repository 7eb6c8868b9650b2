/** Tables of containers and their files. */
import type { ContainerFileRecord, ContainerStatus } from '../../repositories/containers.ts';

export interface ContainersTable {
  id: string;
  project_id: string;
  name: string;
  memory_limit: string;
  idle_minutes: number;
  /** `running` until the sweep. */
  status: ContainerStatus;
  created_at: number;
  last_active_at: number;
  expires_at: number;
}

export interface ContainerFilesTable {
  id: string;
  project_id: string;
  container_id: string;
  path: string;
  source: ContainerFileRecord['source'];
  origin_file_id: string | null;
  bytes: number;
  created_at: number;
}
