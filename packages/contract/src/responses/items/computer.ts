/** Calls of computer tools, and their outputs. */
import Type, { type Static } from 'typebox';
import { int32 } from '../../common/bounds.ts';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { FunctionCallItemStatus } from './functions.ts';

export const ClickButtonType = named('ClickButtonType', oneOf(['left', 'right', 'wheel', 'back', 'forward']));
export type ClickButtonType = Static<typeof ClickButtonType>;

export const ClickParam = named(
  'ClickParam',
  Type.Object({
    type: Type.Literal('click', { default: 'click' }),
    button: ref(ClickButtonType),
    x: int32(),
    y: int32(),
    keys: Type.Optional(nullable(Type.Array(Type.String()))),
  }),
);
export type ClickParam = Static<typeof ClickParam>;

export const DoubleClickAction = named(
  'DoubleClickAction',
  Type.Object({
    type: Type.Literal('double_click', { default: 'double_click' }),
    x: int32(),
    y: int32(),
    keys: nullable(Type.Array(Type.String())),
  }),
);
export type DoubleClickAction = Static<typeof DoubleClickAction>;

export const CoordParam = named('CoordParam', Type.Object({ x: int32(), y: int32() }));
export type CoordParam = Static<typeof CoordParam>;

export const DragParam = named(
  'DragParam',
  Type.Object({
    type: Type.Literal('drag', { default: 'drag' }),
    path: Type.Array(ref(CoordParam)),
    keys: Type.Optional(nullable(Type.Array(Type.String()))),
  }),
);
export type DragParam = Static<typeof DragParam>;

export const KeyPressAction = named(
  'KeyPressAction',
  Type.Object({ type: Type.Literal('keypress', { default: 'keypress' }), keys: Type.Array(Type.String()) }),
);
export type KeyPressAction = Static<typeof KeyPressAction>;

export const MoveParam = named(
  'MoveParam',
  Type.Object({
    type: Type.Literal('move', { default: 'move' }),
    x: int32(),
    y: int32(),
    keys: Type.Optional(nullable(Type.Array(Type.String()))),
  }),
);
export type MoveParam = Static<typeof MoveParam>;

export const ScreenshotParam = named(
  'ScreenshotParam',
  Type.Object({ type: Type.Literal('screenshot', { default: 'screenshot' }) }),
);
export type ScreenshotParam = Static<typeof ScreenshotParam>;

export const ScrollParam = named(
  'ScrollParam',
  Type.Object({
    type: Type.Literal('scroll', { default: 'scroll' }),
    x: int32(),
    y: int32(),
    scroll_x: int32(),
    scroll_y: int32(),
    keys: Type.Optional(nullable(Type.Array(Type.String()))),
  }),
);
export type ScrollParam = Static<typeof ScrollParam>;

export const TypeParam = named(
  'TypeParam',
  Type.Object({ type: Type.Literal('type', { default: 'type' }), text: Type.String() }),
);
export type TypeParam = Static<typeof TypeParam>;

export const WaitParam = named('WaitParam', Type.Object({ type: Type.Literal('wait', { default: 'wait' }) }));
export type WaitParam = Static<typeof WaitParam>;

export const ComputerAction = named(
  'ComputerAction',
  tagged('type', [
    ClickParam,
    DoubleClickAction,
    DragParam,
    KeyPressAction,
    MoveParam,
    ScreenshotParam,
    ScrollParam,
    TypeParam,
    WaitParam,
  ]),
);
export type ComputerAction = Static<typeof ComputerAction>;

export const ComputerActionList = named('ComputerActionList', Type.Array(ref(ComputerAction)));
export type ComputerActionList = Static<typeof ComputerActionList>;

export const ComputerCallSafetyCheckParam = named(
  'ComputerCallSafetyCheckParam',
  Type.Object({
    id: Type.String(),
    code: Type.Optional(nullable(Type.String())),
    message: Type.Optional(nullable(Type.String())),
  }),
);
export type ComputerCallSafetyCheckParam = Static<typeof ComputerCallSafetyCheckParam>;

export const ComputerToolCall = named(
  'ComputerToolCall',
  Type.Object({
    type: Type.Literal('computer_call', { default: 'computer_call' }),
    id: Type.String(),
    call_id: Type.String(),
    action: Type.Optional(ref(ComputerAction)),
    actions: Type.Optional(ref(ComputerActionList)),
    pending_safety_checks: Type.Array(ref(ComputerCallSafetyCheckParam)),
    status: oneOf(['in_progress', 'completed', 'incomplete']),
  }),
);
export type ComputerToolCall = Static<typeof ComputerToolCall>;

/** A call in a request. */
export const ComputerToolCallParam = named(
  'ComputerToolCallParam',
  Type.Object({
    ...ComputerToolCall.properties,
    pending_safety_checks: Type.Optional(ComputerToolCall.properties.pending_safety_checks),
  }),
);
export type ComputerToolCallParam = Static<typeof ComputerToolCallParam>;

export const ComputerScreenshotImage = named(
  'ComputerScreenshotImage',
  Type.Object({
    type: Type.Literal('computer_screenshot', { default: 'computer_screenshot' }),
    image_url: Type.Optional(Type.String()),
    file_id: Type.Optional(Type.String()),
  }),
);
export type ComputerScreenshotImage = Static<typeof ComputerScreenshotImage>;

export const ComputerCallOutputItemParam = named(
  'ComputerCallOutputItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    type: Type.Literal('computer_call_output', { default: 'computer_call_output' }),
    output: ref(ComputerScreenshotImage),
    acknowledged_safety_checks: Type.Optional(nullable(Type.Array(ref(ComputerCallSafetyCheckParam)))),
    status: Type.Optional(nullable(ref(FunctionCallItemStatus))),
  }),
);
export type ComputerCallOutputItemParam = Static<typeof ComputerCallOutputItemParam>;

export const ComputerCallOutputStatus = named('ComputerCallOutputStatus', oneOf(['completed', 'incomplete', 'failed']));
export type ComputerCallOutputStatus = Static<typeof ComputerCallOutputStatus>;

export const ComputerToolCallOutputResource = named(
  'ComputerToolCallOutputResource',
  Type.Object({
    type: Type.Literal('computer_call_output', { default: 'computer_call_output' }),
    id: Type.String(),
    call_id: Type.String(),
    acknowledged_safety_checks: Type.Optional(Type.Array(ref(ComputerCallSafetyCheckParam))),
    output: ref(ComputerScreenshotImage),
    status: ref(ComputerCallOutputStatus),
    created_by: Type.Optional(Type.String()),
  }),
);
export type ComputerToolCallOutputResource = Static<typeof ComputerToolCallOutputResource>;
