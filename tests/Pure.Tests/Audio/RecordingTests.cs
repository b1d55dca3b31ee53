using System.Buffers.Binary;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Audio;

/// <summary>The files of <c>--record audio</c>.</summary>
public class RecordingTests
{
    private readonly MemoryStream _input = new(), _output = new();

    [Fact]
    public void Sound_stands_at_its_place_in_time_with_silence_before_it()
    {
        var track = new RecordingTrack(new WavWriter(_input, SoundFormat.Pcm16), start: Ms(1000), SoundFormat.Pcm16);
        track.Add(Sound(1, 20), Ms(1100));
        track.Add(Sound(2, 20), Ms(1120));
        track.Add(Sound(3, 20), at: null);
        track.Add(Sound(4, 20), Ms(1200));

        Assert.Equal([(0, 100), (1, 20), (2, 20), (3, 20), (0, 40), (4, 20)], Spells(_input));
    }

    [Fact]
    public void A_clock_that_trembles_makes_no_gap_and_takes_nothing_away()
    {
        var track = new RecordingTrack(new WavWriter(_input, SoundFormat.Pcm16), Ms(0), SoundFormat.Pcm16);
        foreach (var at in (int[])[0, 30, 35, 75, 80]) track.Add(Sound(1, 20), Ms(at));

        Assert.Equal([(1, 100)], Spells(_input));
    }

    [Fact]
    public void What_was_before_the_start_is_not_kept()
    {
        var track = new RecordingTrack(new WavWriter(_input, SoundFormat.Pcm16), Ms(1000), SoundFormat.Pcm16);
        track.Add(Sound(1, 20), Ms(900));
        track.Add(Sound(2, 20), Ms(990));
        track.Add(Sound(3, 20), Ms(1010));

        Assert.Equal([(2, 10), (3, 20)], Spells(_input));
    }

    [Fact]
    public void Two_files_begin_together_when_the_session_opens()
    {
        using (var recorder = Recorder(_input))
        {
            recorder.Heard(Sound(9, 20), Ms(50)); // before Begin: ignored
            recorder.Begin(Ms(100));
            recorder.Sent(Sound(1, 40), Ms(140), place: 0);
            recorder.Sent(Sound(1, 40), Ms(140), place: 0); // sent again after a reconnect
            recorder.Heard(Sound(2, 20), Ms(120));
            recorder.Sent(Sound(3, 40), at: null, place: Pcm.Bytes(Ms(40)));
            recorder.Heard(Sound(4, 20), Ms(200));
            while (recorder.IsBehind) Thread.Yield();
        }

        Assert.Equal([(0, 40), (1, 40), (3, 40)], Spells(_input));
        Assert.Equal([(0, 20), (2, 20), (0, 60), (4, 20)], Spells(_output));
    }

    [Fact]
    public void Sound_is_kept_though_its_array_is_used_again_after_the_call()
    {
        using (var recorder = Recorder(_input))
        {
            recorder.Begin(Ms(0));
            var (sent, heard) = (Sound(1, 20), Sound(2, 20));
            recorder.Sent(sent, Ms(0), place: 0);
            recorder.Heard(heard, Ms(0));
            Array.Clear(sent);
            Array.Clear(heard);
            while (recorder.IsBehind) Thread.Yield();
        }

        Assert.Equal([(1, 20)], Spells(_input));
        Assert.Equal([(2, 20)], Spells(_output));
    }

    [Fact]
    public void A_disk_that_is_slow_keeps_nobody_waiting_and_what_it_misses_is_counted_and_silence()
    {
        var disk = new SlowDisk();
        var all = 0;
        TimeSpan lost;
        using (var recorder = Recorder(disk))
        {
            recorder.Begin(Ms(0));
            disk.Stick();
            // must not block, else this test hangs
            for (; all < 60_000; all += 100) recorder.Sent(Sound(1, 100), Ms(all), Pcm.Bytes(Ms(all)));
            lost = recorder.Lost;
            disk.Go();
            while (recorder.IsBehind) Thread.Yield();
            recorder.Sent(Sound(2, 100), Ms(all), Pcm.Bytes(Ms(all)));
            Assert.Equal(lost, recorder.Lost);
        }

        Assert.InRange(lost, Ms(60_000 - AudioRecorder.Capacity / Pcm.BytesPerMillisecond), Ms(60_000 - 40_000));
        var spells = Spells(disk);
        Assert.Equal([1, 0, 2], spells.Select(spell => spell.Mark));
        Assert.Equal(lost, Ms(spells[1].Ms));
        Assert.Equal(60_100, spells.Sum(spell => spell.Ms));
    }

    [Fact]
    public void A_disk_that_fails_ends_the_recording_and_says_why()
    {
        var disk = new SlowDisk { Failure = "No space left on device" };
        var recorder = Recorder(disk);
        recorder.Begin(Ms(0));
        recorder.Sent(Sound(1, 100), Ms(0), place: 0);
        recorder.Sent(Sound(1, 100), Ms(100), Pcm.Bytes(Ms(100)));
        recorder.Dispose();

        Assert.Equal((Ms(200), "No space left on device"), (recorder.Lost, recorder.Failure));
    }

    [Fact]
    public void A_file_whose_writer_was_killed_can_be_played_but_for_its_last_second()
    {
        var writer = new WavWriter(_input, SoundFormat.Pcm16);
        for (var ms = 0; ms < 2500; ms += 20)
        {
            writer.Write(Sound(1, 20));
            var file = _input.ToArray();
            var promised = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(40));
            Assert.Equal(promised + 36, BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)));
            Assert.InRange((file.Length - 44 - promised) / Pcm.BytesPerMillisecond, 0, 1000);
        }
        Assert.Equal([(1, 2500)], Spells(_input));
    }

    [Fact]
    public void What_a_device_took_is_told_with_the_time_at_which_its_clock_says_it_was_heard()
    {
        var tap = new PlayedAudioTap(SoundFormat.Pcm16);
        using (var recorder = Recorder(_input))
        {
            recorder.Begin(Ms(0));
            foreach (var (mark, at) in new[] { (1, 130), (2, 150), (3, 173) }) // the first blocks are taken early, and times jitter
            {
                tap.NextIsHeard(Ms(at));
                tap.Write(Sound(mark, 20));
            }
            tap.Drain(recorder);
            for (var n = 0; n < 105; n++) tap.Write(Sound(4, 20)); // no Drain for 2.1 s: five frames are lost
            tap.Drain(recorder);
            while (recorder.IsBehind) Thread.Yield(); // waits for the disk, however busy the machine is
        }

        Assert.Equal([(0, 133), (1, 20), (2, 20), (3, 20), (0, 100), (4, 2000)], Spells(_output));
    }

    private AudioRecorder Recorder(Stream input) =>
        new(new WavWriter(input, SoundFormat.Pcm16), new WavWriter(_output, SoundFormat.Pcm16), SoundFormat.Pcm16);

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static byte[] Sound(int mark, int ms)
    {
        var sound = new byte[ms * Pcm.BytesPerMillisecond];
        Array.Fill(sound, (byte)mark);
        return sound;
    }

    // The file's audio as spans of equal bytes, in ms.
    private static List<(int Mark, int Ms)> Spells(MemoryStream file)
    {
        List<(int Mark, int Bytes)> spells = [];
        foreach (var mark in file.ToArray().AsSpan(44))
        {
            if (spells.Count > 0 && spells[^1].Mark == mark) spells[^1] = (mark, spells[^1].Bytes + 1);
            else spells.Add((mark, 1));
        }
        return [.. spells.Select(spell => (spell.Mark, spell.Bytes / Pcm.BytesPerMillisecond))];
    }

    private sealed class SlowDisk : MemoryStream
    {
        private readonly ManualResetEventSlim _goes = new(true);

        public string? Failure { get; init; }

        public void Stick() => _goes.Reset();

        public void Go() => _goes.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _goes.Wait();
            if (Failure is not null && Position >= 44) throw new IOException(Failure);
            base.Write(buffer);
        }
    }
}
