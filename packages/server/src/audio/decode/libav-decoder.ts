/**
 * Decodes flac, mp3, ogg, wav, webm and their like with libav.js: FFmpeg's libraries as WebAssembly. Memory: the file
 * and one batch of its packets.
 */
import Libav from '@libav.js/variant-obsolete';
import { DECODED_RATE, UnreadableAudio } from './unreadable-audio.ts';

const FILE = 'audio';
/** Bytes of packets that are decoded at once. */
const BATCH_BYTES = 65_536;
/** `AV_CH_LAYOUT_MONO` and `AV_CH_LAYOUT_STEREO`. */
const LAYOUTS: Readonly<Record<number, number>> = { 1: 4, 2: 3 };
const FILTER = `aresample=${DECODED_RATE},aformat=sample_fmts=flt:channel_layouts=mono`;

interface Filter {
  /** Form of the frames that it accepts. */
  form: string;
  source: number;
  sink: number;
}

/** Throws `UnreadableAudio`, or an error of the library. */
export async function* decodeWithLibav(bytes: Uint8Array): AsyncGenerator<Float32Array> {
  const libav = await Libav.LibAV({ noworker: true, nothreads: true });
  await libav.av_log_set_level(libav.AV_LOG_QUIET);
  await libav.writeFile(FILE, bytes);
  const [input, streams] = await libav.ff_init_demuxer_file(FILE);
  const stream = streams.find(({ codec_type: type }) => type === libav.AVMEDIA_TYPE_AUDIO);
  if (stream === undefined) throw new UnreadableAudio('holds no audio');
  const decoder = {
    codecpar: stream.codecpar,
    time_base: [stream.time_base_num, stream.time_base_den] as [number, number],
  };
  const [, context, packet, frame] = await libav.ff_init_decoder(stream.codec_id, decoder);
  let filter: Filter | undefined;
  for (let isEnd = false; !isEnd; ) {
    const [code, packets] = await libav.ff_read_frame_multi(input, packet, { limit: BATCH_BYTES });
    // A truncated file ends with another code, and what was read of it is decoded.
    isEnd = code !== 0 && code !== -libav.EAGAIN;
    const own = packets[stream.index] ?? [];
    const frames = await libav.ff_decode_multi(context, packet, frame, own, { fin: isEnd, ignoreErrors: true });
    for (const decoded of frames.map(withLayout)) {
      const form = `${decoded.sample_rate} ${decoded.format} ${decoded.channel_layout}`;
      // Chained streams may change their form.
      if (filter?.form !== form) {
        if (filter !== undefined) yield* run(libav, filter, { frame, frames: [], isEnd: true });
        filter = await openFilter(libav, decoded, form);
      }
      yield* run(libav, filter, { frame, frames: [decoded], isEnd: false });
    }
  }
  if (filter !== undefined) yield* run(libav, filter, { frame, frames: [], isEnd: true });
}

async function openFilter(libav: Libav.LibAV, frame: Libav.Frame, form: string): Promise<Filter> {
  const { sample_rate = 0, format, channel_layout = 0 } = frame;
  if (sample_rate <= 0) throw new UnreadableAudio('states no sample rate');
  const [, source, sink] = await libav.ff_init_filter_graph(
    FILTER,
    { sample_rate, sample_fmt: format, channel_layout },
    { sample_rate: DECODED_RATE, sample_fmt: libav.AV_SAMPLE_FMT_FLT, channel_layout: LAYOUTS[1] ?? 0 },
  );
  return { form, source, sink };
}

async function* run(
  libav: Libav.LibAV,
  { source, sink }: Filter,
  { frame, frames, isEnd }: { frame: number; frames: Libav.Frame[]; isEnd: boolean },
): AsyncGenerator<Float32Array> {
  for (const { data } of await libav.ff_filter_multi(source, sink, frame, frames, isEnd)) yield data as Float32Array;
}

/** Some decoders state the number of channels only. */
function withLayout(frame: Libav.Frame): Libav.Frame {
  const { channels = 1, channel_layout: layout = 0 } = frame;
  return layout === 0 ? { ...frame, channel_layout: LAYOUTS[channels] ?? 2 ** channels - 1 } : frame;
}
