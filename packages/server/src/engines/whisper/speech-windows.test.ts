import { describe, expect, it } from 'vitest';
import { joinSamples, silence, tone } from '../testing/recordings.ts';
import { HEARING_RATE, type VoiceActivity } from '../transcription-model.ts';
import { DEFAULT_VOICE_ACTIVITY } from './speech-spans.ts';
import { SpeechWindows } from './speech-windows.ts';

/** Hears speech wherever there is sound. */
const detector = {
  hear: async (frame: Float32Array) => (frame.some((sample) => Math.abs(sample) > 0.01) ? 0.9 : 0.05),
};

interface Heard {
  start: number;
  end: number;
  isCut: boolean;
}

async function windowsOf(
  audio: Float32Array,
  {
    more = {},
    onWindow,
  }: { more?: Partial<VoiceActivity>; onWindow?(windows: SpeechWindows, heard: Heard): void } = {},
): Promise<{ heard: Heard[]; maxAhead: number }> {
  let at = 0;
  const windows = new SpeechWindows({
    detector,
    voiceActivity: { ...DEFAULT_VOICE_ACTIVITY, ...more },
    async read() {
      if (at >= audio.length) return undefined;
      at += 3 * HEARING_RATE;
      return audio.slice(at - 3 * HEARING_RATE, at);
    },
  });
  const heard: Heard[] = [];
  let maxAhead = 0;
  for (let window = await windows.next(); window !== undefined; window = await windows.next()) {
    const start = window.start / HEARING_RATE;
    const each = { start, end: start + window.samples.length / HEARING_RATE, isCut: window.isCut };
    // The samples are those of the recording at that position.
    expect(window.samples).toEqual(audio.slice(window.start, window.start + window.samples.length));
    maxAhead = Math.max(maxAhead, windows.readSamples / HEARING_RATE - each.end);
    heard.push(each);
    onWindow?.(windows, each);
    if (heard.length > 500) throw new Error('There are too many windows.');
  }
  expect(windows.readSamples).toBe(audio.length);
  return { heard, maxAhead };
}

describe('SpeechWindows', () => {
  it('finds no window in silence', async () => {
    expect((await windowsOf(silence(20))).heard).toEqual([]);
  });

  it('keeps a little audio around speech', async () => {
    const { heard } = await windowsOf(joinSamples(silence(5), tone(300, 2), silence(5)));
    expect(heard).toHaveLength(1);
    expect(heard[0]?.start).toBeCloseTo(4.7, 1);
    expect(heard[0]?.end).toBeCloseTo(7.2, 1);
  });

  it('joins speech with short pauses, and separates it at long ones', async () => {
    const audio = joinSamples(tone(300, 2), silence(0.8), tone(300, 2), silence(5), tone(300, 2));
    const { heard } = await windowsOf(audio);
    expect(heard.map(({ start }) => Math.round(start))).toEqual([0, 9]);
    expect(heard[0]?.end).toBeCloseTo(5, 0);
  });

  it('transcribes each chunk separately if chunks are isolated', async () => {
    const audio = joinSamples(tone(300, 2), silence(0.8), tone(300, 2), silence(1), tone(300, 1));
    const { heard } = await windowsOf(audio, { more: { isolatesChunks: true, silenceDurationMs: 300 } });
    expect(heard).toHaveLength(3);
  });

  it('cuts speech without a pause before 30 s, and leaves nothing out', async () => {
    const { heard, maxAhead } = await windowsOf(tone(300, 100));
    expect(heard.length).toBeGreaterThanOrEqual(4);
    for (const [i, { start, end }] of heard.entries()) {
      expect(end - start).toBeLessThanOrEqual(29);
      expect(start).toBeCloseTo(heard[i - 1]?.end ?? 0, 3);
    }
    expect(heard.slice(0, -1).every(({ isCut }) => isCut)).toBe(true);
    expect(heard.at(-1)?.end).toBeCloseTo(100, 0);
    expect(maxAhead).toBeLessThan(15);
  });

  it('cuts where speech is least loud', async () => {
    const quiet = tone(300, 0.2).map((sample) => sample / 10);
    const { heard } = await windowsOf(joinSamples(tone(300, 25), quiet, tone(300, 25)));
    expect(heard[0]?.end).toBeCloseTo(25.1, 0);
  });

  it('continues where the text of a window stopped', async () => {
    let isFirst = true;
    const { heard } = await windowsOf(tone(300, 50), {
      onWindow(windows, { start }) {
        if (isFirst) windows.rewind((start + 20) * HEARING_RATE);
        isFirst = false;
      },
    });
    expect(heard[1]?.start).toBeCloseTo(20, 3);
  });

  it('ignores a click', async () => {
    const { heard } = await windowsOf(joinSamples(silence(3), tone(300, 0.03), silence(3)));
    expect(heard).toEqual([]);
  });

  it('reads hours in constant memory', async () => {
    const part = joinSamples(tone(300, 4), silence(1.5));
    const audio = joinSamples(...Array.from({ length: 200 }, () => part));
    const { heard, maxAhead } = await windowsOf(audio);
    expect(heard.length).toBeGreaterThan(35);
    expect(maxAhead).toBeLessThan(30);
  });
});
