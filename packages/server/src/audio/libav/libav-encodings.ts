/**
 * Encodings in progress in one instance of libav. Invariants: the output is written in order and never rewritten, so
 * that it can be sent at once; memory of an encoding is freed when it is finished or closed.
 */
import Libav from '@libav.js/variant-obsolete';
import type { LibavFormat } from './protocol.ts';

interface Codec {
  encoder: string;
  muxer: string;
  /** Samples are planar (in one array per channel) or interleaved, `AVSampleFormat`. */
  sampleFormat: 1 | 6;
  bitRate?: number;
  /** Packets at the start that only hold the delay of the encoder. They are not written. */
  delayPackets?: number;
}

const CODECS: Readonly<Record<LibavFormat, Codec>> = {
  mp3: { encoder: 'libmp3lame', muxer: 'mp3', sampleFormat: 6, bitRate: 64_000, delayPackets: 1 },
  opus: { encoder: 'libopus', muxer: 'ogg', sampleFormat: 1, bitRate: 48_000 },
  flac: { encoder: 'flac', muxer: 'flac', sampleFormat: 1 },
};
/** `AV_SAMPLE_FMT_S16P`. */
const PLANAR = 6;
/** `AV_CH_LAYOUT_MONO`. */
const MONO = 4;
/** For encoders that take frames of any size. */
const DEFAULT_FRAME_SAMPLES = 1024;

interface Encoding {
  codec: Codec;
  sampleRate: number;
  file: string;
  context: number;
  frame: number;
  packet: number;
  frameSamples: number;
  muxer: number;
  output: number;
  /** Samples that do not fill a frame yet. */
  rest: Int16Array;
  position: number;
  /** Packets that are still to be left out. */
  delayPackets: number;
}

export class LibavEncodings {
  readonly #open = new Map<number, Encoding>();
  /** Written bytes by file. */
  readonly #written = new Map<string, Buffer[]>();
  #libav: Promise<Libav.LibAV> | undefined;

  async open(id: number, { format, sampleRate }: { format: LibavFormat; sampleRate: number }): Promise<void> {
    const libav = await this.#load();
    const codec = CODECS[format];
    const file = `encoding-${id}`;
    const [, context, frame, packet, frameSize] = await libav.ff_init_encoder(codec.encoder, {
      ctx: {
        ...(codec.bitRate !== undefined && { bit_rate: codec.bitRate }),
        sample_fmt: codec.sampleFormat,
        sample_rate: sampleRate,
        channel_layout: MONO,
        channels: 1,
      },
      time_base: [1, sampleRate],
    });
    // A device without positions: the muxer cannot go back to its header.
    await libav.mkstreamwriterdev(file);
    const parameters = await libav.avcodec_parameters_alloc();
    await libav.avcodec_parameters_from_context(parameters, context);
    const [muxer, , output] = await libav.ff_init_muxer(
      { format_name: codec.muxer, filename: file, open: true, codecpars: true },
      [[parameters, 1, sampleRate]],
    );
    await libav.avcodec_parameters_free_js(parameters);
    this.#written.set(file, []);
    await libav.avformat_write_header(muxer, 0);
    const frameSamples = frameSize === 0 ? DEFAULT_FRAME_SAMPLES : frameSize;
    const delay = { delayPackets: codec.delayPackets ?? 0 };
    const handles = { context, frame, packet, frameSamples, muxer, output };
    this.#open.set(id, { codec, sampleRate, file, ...handles, rest: new Int16Array(), position: 0, ...delay });
  }

  /** Returns the bytes that were written since the last call. */
  async add(id: number, samples: Int16Array): Promise<Uint8Array> {
    const encoding = this.#find(id);
    const all = new Int16Array(encoding.rest.length + samples.length);
    all.set(encoding.rest);
    all.set(samples, encoding.rest.length);
    const whole = all.length - (all.length % encoding.frameSamples);
    encoding.rest = all.slice(whole);
    await this.#encode(encoding, all.subarray(0, whole), false);
    return this.#take(encoding);
  }

  /** Returns the remaining bytes and closes the encoding. */
  async finish(id: number): Promise<Uint8Array> {
    const encoding = this.#find(id);
    await this.#encode(encoding, encoding.rest, true);
    await (await this.#load()).av_write_trailer(encoding.muxer);
    const bytes = await this.#take(encoding);
    await this.close(id);
    return bytes;
  }

  /** Ignores an encoding that is closed. */
  async close(id: number): Promise<void> {
    const encoding = this.#open.get(id);
    if (encoding === undefined) return;
    this.#open.delete(id);
    this.#written.delete(encoding.file);
    const libav = await this.#load();
    await libav.ff_free_muxer(encoding.muxer, encoding.output);
    await libav.ff_free_encoder(encoding.context, encoding.frame, encoding.packet);
    await libav.unlink(encoding.file);
  }

  async #encode(encoding: Encoding, samples: Int16Array, isLast: boolean): Promise<void> {
    const libav = await this.#load();
    const { codec, sampleRate, context, frame, packet, frameSamples, muxer } = encoding;
    for (let at = 0; at < samples.length; at += frameSamples) {
      const data = samples.subarray(at, at + frameSamples);
      const packets = await libav.ff_encode_multi(context, frame, packet, [
        {
          data: codec.sampleFormat === PLANAR ? [data] : data,
          format: codec.sampleFormat,
          channels: 1,
          channel_layout: MONO,
          sample_rate: sampleRate,
          nb_samples: data.length,
          pts: encoding.position,
        },
      ]);
      encoding.position += data.length;
      await libav.ff_write_multi(muxer, packet, withoutDelay(packets, encoding));
    }
    if (!isLast) return;
    const packets = await libav.ff_encode_multi(context, frame, packet, [], true);
    await libav.ff_write_multi(muxer, packet, withoutDelay(packets, encoding));
  }

  async #take({ file, output }: Encoding): Promise<Uint8Array> {
    await (await this.#load()).avio_flush(output);
    const bytes = Buffer.concat(this.#written.get(file) ?? []);
    this.#written.set(file, []);
    return bytes;
  }

  #find(id: number): Encoding {
    const encoding = this.#open.get(id);
    if (encoding === undefined) throw new Error('the encoding is not open');
    return encoding;
  }

  #load(): Promise<Libav.LibAV> {
    this.#libav ??= Libav.LibAV({ noworker: true, nothreads: true }).then((libav) => {
      libav.onwrite = (file, _position, bytes) => void this.#written.get(file)?.push(Buffer.from(bytes));
      return libav;
    });
    return this.#libav;
  }
}

function withoutDelay<P>(packets: P[], encoding: Encoding): P[] {
  const left = packets.slice(encoding.delayPackets);
  encoding.delayPackets -= packets.length - left.length;
  return left;
}
