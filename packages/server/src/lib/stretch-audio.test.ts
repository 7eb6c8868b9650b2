import { describe, expect, it } from 'vitest';
import { stretchAudio } from './stretch-audio.ts';

const RATE = 24_000;

function tone(hz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / RATE));
}

/** Zero crossings upwards per second, away from the edges. */
function pitchOf(samples: Float32Array): number {
  const inner = samples.subarray(RATE / 10, samples.length - RATE / 10);
  let crossings = 0;
  for (let i = 1; i < inner.length; i++) if ((inner[i - 1] ?? 0) < 0 && (inner[i] ?? 0) >= 0) crossings += 1;
  return (crossings * RATE) / inner.length;
}

describe('stretching audio', () => {
  it.each([0.25, 0.36, 0.5, 0.8, 1.3, 2, 2.5])(
    'changes the duration by the factor %f and keeps pitch and loudness',
    (factor) => {
      for (const hz of [110, 220, 345]) {
        const stretched = stretchAudio(tone(hz, 2), factor, RATE);
        expect(stretched.length).toBe(Math.round((2 * RATE) / factor));
        expect(Math.abs(pitchOf(stretched) / hz - 1)).toBeLessThan(0.02);
        const peak = stretched
          .subarray(RATE / 10, -RATE / 10)
          .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        expect(peak).toBeGreaterThan(0.4);
        expect(peak).toBeLessThan(0.6);
      }
    },
  );

  it('returns the samples themselves for the factor 1, and copes with very short ones', () => {
    const samples = tone(220, 1);
    expect(stretchAudio(samples, 1, RATE)).toBe(samples);
    expect(stretchAudio(new Float32Array(), 2, RATE)).toHaveLength(0);
    expect(stretchAudio(new Float32Array(100), 2, RATE)).toHaveLength(50);
  });
});
