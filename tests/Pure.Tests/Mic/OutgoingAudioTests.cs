using System.Globalization;
using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Mic;

/// <summary>What is sent next. Frames are 20 ms and named by their position in ms.</summary>
public class OutgoingAudioTests
{
    private static readonly int Frame = Pcm.Bytes(Ms(20));

    private OutgoingAudio _audio = Audio();

    [Fact]
    public void A_frame_needs_credit_and_a_commit_only_a_connection()
    {
        Speak(2);
        _audio.EndTurn();
        Speak(1);
        Assert.Equal("", Send());

        _audio.Connect(2, default);
        Assert.Equal("0 20 turn_commit_1@40", Send());
        Assert.False(_audio.IsFlushed);

        _audio.Confirm(1);
        Assert.Equal("40", Send());
        Assert.True(_audio.IsFlushed);
    }

    [Fact]
    public void Without_a_connection_everything_waits_and_nothing_is_flushed()
    {
        _audio.Connect(2, default);
        _audio.Disconnect();
        Assert.False(_audio.IsFlushed);
        Speak(1);
        _audio.EndTurn();

        Assert.Equal("", Send());
    }

    [Fact]
    public void A_commit_that_is_first_waits_for_a_connection_too()
    {
        _audio.EndTurn();

        Assert.Equal("", Send());
    }

    [Fact]
    public void Only_the_first_connection_is_the_first()
    {
        Assert.True(_audio.Connect(1, default));
        _audio.Disconnect();
        Assert.False(_audio.Connect(1, default));
    }

    [Fact]
    public void A_new_connection_gets_everything_again_with_new_credit_and_new_ids_and_it_counts_once()
    {
        _audio.Connect(4, default);
        Speak(2);
        _audio.EndTurn();
        Assert.Equal("0 20 turn_commit_1@40", Send());

        _audio.Connect(1, default);
        Assert.Equal("0", Send());
        _audio.Confirm(1);
        Assert.Equal("20 turn_commit_2@40", Send());

        Assert.Equal(2 * Frame, _audio.SentTo);
    }

    [Fact]
    public void What_was_released_is_not_sent_again()
    {
        _audio.Connect(4, default);
        Speak(2);
        Send();

        _audio.Release(20, quiet: false);
        _audio.Connect(4, default);

        Assert.Equal(Frame, _audio.KeptFrom);
        Assert.Equal("20", Send());
    }

    [Fact]
    public void A_pause_after_speech_adds_a_commit_behind_it()
    {
        _audio = Audio(pause: Ms(40));
        _audio.Connect(20, default);

        Speak(6);
        Hush(3);

        Assert.Equal("0 20 40 60 80 100 120 140 turn_commit_1@160 160", Send());
    }

    [Fact]
    public void Where_no_pause_ends_a_turn_none_does()
    {
        _audio.Connect(20, default);

        Speak(6);
        Hush(4);

        Assert.DoesNotContain("commit", Send(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_lost_here_or_before_is_counted()
    {
        _audio = Audio(replay: Ms(40));
        Speak(3);
        Assert.Equal(Frame, _audio.LostBytes);

        _audio.CountLost(100);

        Assert.Equal(Frame + 100, _audio.LostBytes);
    }

    [Fact]
    public void A_run_of_losses_is_news_once()
    {
        Assert.False(_audio.CountLost(0));
        Assert.True(_audio.CountLost(1));
        Assert.False(_audio.CountLost(1));
        Assert.False(_audio.CountLost(0));
        Assert.True(_audio.CountLost(1));
    }

    [Fact]
    public void It_knows_where_what_was_sent_and_what_was_said_ends()
    {
        _audio.Connect(2, default);
        Speak(1);
        Hush(2);
        Send();

        Assert.Equal((3 * Frame, 2 * Frame, Frame), (_audio.End, _audio.SentTo, _audio.SpokenTo));
    }

    [Theory]
    [InlineData(98, true)]
    [InlineData(99, false)] // 99 / 32768 is just above 0.003
    public void Silence_is_what_is_quieter_than_any_speech(short level, bool isSilent)
    {
        var frame = AudioFrame.Of(Sound(level), SoundFormat.Pcm16);

        Assert.Equal(isSilent, frame.IsSilent);
        Assert.Equal(level / 32768.0, frame.Level, 12);
        Assert.Equal(Ms(20), frame.Duration);
    }

    [Fact]
    public void Audio_with_undone_steps_is_like_one_that_never_made_them() => Rollback.Check(
        () => Audio(pause: Ms(40), replay: Ms(400)),
        (audio, number) =>
        {
            switch (number % 9)
            {
                case 0 or 1:
                    audio.Add(AudioFrame.Of(Sound(8000), SoundFormat.Pcm16), at: null);
                    break;
                case 2:
                    audio.Add(AudioFrame.Of(Sound(0), SoundFormat.Pcm16), at: null);
                    break;
                case 3 or 4:
                    audio.TakeNext();
                    break;
                case 5:
                    audio.Connect(8, default);
                    break;
                case 6:
                    audio.Confirm(number % 5);
                    break;
                case 7:
                    audio.CountLost(number % 2);
                    break;
                default:
                    if (number % 2 == 0) audio.Disconnect();
                    else audio.EndTurn();
                    break;
            }
        },
        audio => audio.Checkpoint(), audio => audio.Rollback(),
        audio => $"{Of(audio)} {Send(audio)} {Of(audio)} {audio.CountLost(1)} {audio.Connect(100, default)} {Send(audio)}");

    private static OutgoingAudio Audio(TimeSpan? pause = null, TimeSpan? replay = null) =>
        new(replay ?? Seconds(4), pause, new FramePool(0), SoundFormat.Pcm16);

    private static string Of(OutgoingAudio audio) =>
        $"{audio.Credit} {audio.IsFlushed} {audio.AnyWaiting} {audio.KeptFrom} {audio.End} {audio.SentTo} {audio.SpokenTo} {audio.LostBytes}";

    private static byte[] Sound(short level)
    {
        var frame = new byte[Frame];
        for (var i = 0; i < frame.Length; i += 2) BitConverter.TryWriteBytes(frame.AsSpan(i), level);
        return frame;
    }

    private void Speak(int frames) => Add(frames, 8000);

    private void Hush(int frames) => Add(frames, 0);

    private void Add(int frames, short level)
    {
        for (var i = 0; i < frames; i++) _audio.Add(AudioFrame.Of(Sound(level), SoundFormat.Pcm16), at: null);
    }

    // What can be sent, by its position in ms.
    private string Send() => Send(_audio);

    private static string Send(OutgoingAudio audio)
    {
        List<string> sent = [];
        while (audio.TakeNext() is { } next)
        {
            var position = Pcm.Milliseconds(next.Position).ToString(CultureInfo.InvariantCulture);
            sent.Add(next.Event is CommitAudio commit ? $"{commit.EventId?.Value}@{position}" : position);
        }
        return string.Join(' ', sent);
    }
}
