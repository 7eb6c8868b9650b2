/** Tools that run in containers, and the skills of containers. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { CallableToolAllowedCaller } from '../callers.ts';

export const ContainerMemoryLimit = named('ContainerMemoryLimit', oneOf(['1g', '4g', '16g', '64g']));
export type ContainerMemoryLimit = Static<typeof ContainerMemoryLimit>;

export const ContainerNetworkPolicyDisabledParam = named(
  'ContainerNetworkPolicyDisabledParam',
  Type.Object({ type: Type.Literal('disabled', { default: 'disabled' }) }),
);
export type ContainerNetworkPolicyDisabledParam = Static<typeof ContainerNetworkPolicyDisabledParam>;

export const ContainerNetworkPolicyDomainSecretParam = named(
  'ContainerNetworkPolicyDomainSecretParam',
  Type.Object({
    domain: Type.String({ minLength: 1 }),
    name: Type.String({ minLength: 1 }),
    value: Type.String({ minLength: 1, maxLength: 10485760 }),
  }),
);
export type ContainerNetworkPolicyDomainSecretParam = Static<typeof ContainerNetworkPolicyDomainSecretParam>;

export const ContainerNetworkPolicyAllowlistParam = named(
  'ContainerNetworkPolicyAllowlistParam',
  Type.Object({
    type: Type.Literal('allowlist', { default: 'allowlist' }),
    allowed_domains: Type.Array(Type.String(), { minItems: 1 }),
    domain_secrets: Type.Optional(Type.Array(ref(ContainerNetworkPolicyDomainSecretParam), { minItems: 1 })),
  }),
);
export type ContainerNetworkPolicyAllowlistParam = Static<typeof ContainerNetworkPolicyAllowlistParam>;

export const AutoCodeInterpreterToolParam = named(
  'AutoCodeInterpreterToolParam',
  Type.Object({
    type: Type.Literal('auto', { default: 'auto' }),
    file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
    memory_limit: Type.Optional(nullable(ref(ContainerMemoryLimit))),
    network_policy: Type.Optional(
      tagged('type', [ContainerNetworkPolicyDisabledParam, ContainerNetworkPolicyAllowlistParam]),
    ),
  }),
);
export type AutoCodeInterpreterToolParam = Static<typeof AutoCodeInterpreterToolParam>;

export const CodeInterpreterTool = named(
  'CodeInterpreterTool',
  Type.Object({
    type: Type.Literal('code_interpreter'),
    container: Type.Union([Type.String(), ref(AutoCodeInterpreterToolParam)]),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
  }),
);
export type CodeInterpreterTool = Static<typeof CodeInterpreterTool>;

export const SkillReferenceParam = named(
  'SkillReferenceParam',
  Type.Object({
    type: Type.Literal('skill_reference', { default: 'skill_reference' }),
    skill_id: Type.String({ minLength: 1, maxLength: 64 }),
    version: Type.Optional(Type.String()),
  }),
);
export type SkillReferenceParam = Static<typeof SkillReferenceParam>;

export const InlineSkillSourceParam = named(
  'InlineSkillSourceParam',
  Type.Object({
    type: Type.Literal('base64', { default: 'base64' }),
    media_type: Type.Literal('application/zip', { default: 'application/zip' }),
    data: Type.String({ minLength: 1, maxLength: 70254592 }),
  }),
);
export type InlineSkillSourceParam = Static<typeof InlineSkillSourceParam>;

export const InlineSkillParam = named(
  'InlineSkillParam',
  Type.Object({
    type: Type.Literal('inline', { default: 'inline' }),
    name: Type.String(),
    description: Type.String(),
    source: ref(InlineSkillSourceParam),
  }),
);
export type InlineSkillParam = Static<typeof InlineSkillParam>;

export const ContainerAutoParam = named(
  'ContainerAutoParam',
  Type.Object({
    type: Type.Literal('container_auto', { default: 'container_auto' }),
    file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
    memory_limit: Type.Optional(nullable(ref(ContainerMemoryLimit))),
    network_policy: Type.Optional(
      tagged('type', [ContainerNetworkPolicyDisabledParam, ContainerNetworkPolicyAllowlistParam]),
    ),
    skills: Type.Optional(Type.Array(tagged('type', [SkillReferenceParam, InlineSkillParam]), { maxItems: 200 })),
  }),
);
export type ContainerAutoParam = Static<typeof ContainerAutoParam>;

export const LocalSkillParam = named(
  'LocalSkillParam',
  Type.Object({ name: Type.String(), description: Type.String(), path: Type.String() }),
);
export type LocalSkillParam = Static<typeof LocalSkillParam>;

export const LocalEnvironmentParam = named(
  'LocalEnvironmentParam',
  Type.Object({
    type: Type.Literal('local', { default: 'local' }),
    skills: Type.Optional(Type.Array(ref(LocalSkillParam), { maxItems: 200 })),
  }),
);
export type LocalEnvironmentParam = Static<typeof LocalEnvironmentParam>;

export const ContainerReferenceParam = named(
  'ContainerReferenceParam',
  Type.Object({
    type: Type.Literal('container_reference', { default: 'container_reference' }),
    container_id: Type.String(),
  }),
);
export type ContainerReferenceParam = Static<typeof ContainerReferenceParam>;

export const FunctionShellToolParam = named(
  'FunctionShellToolParam',
  Type.Object({
    type: Type.Literal('shell', { default: 'shell' }),
    environment: Type.Optional(
      nullable(tagged('type', [ContainerAutoParam, LocalEnvironmentParam, ContainerReferenceParam])),
    ),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
  }),
);
export type FunctionShellToolParam = Static<typeof FunctionShellToolParam>;

export const LocalShellToolParam = named(
  'LocalShellToolParam',
  Type.Object({ type: Type.Literal('local_shell', { default: 'local_shell' }) }),
);
export type LocalShellToolParam = Static<typeof LocalShellToolParam>;

export const ApplyPatchToolParam = named(
  'ApplyPatchToolParam',
  Type.Object({
    type: Type.Literal('apply_patch', { default: 'apply_patch' }),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
  }),
);
export type ApplyPatchToolParam = Static<typeof ApplyPatchToolParam>;
