using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Mic;

public class ReplayBufferTests
{
    private static readonly int Frame = Pcm.Bytes(Ms(40));

    private readonly FramePool _frames = new(capacity: long.MaxValue);
    private readonly ReplayBuffer _sound;

    public ReplayBufferTests() => _sound = new ReplayBuffer(Pcm.Bytes(Seconds(4)), _frames, SoundFormat.Pcm16);

    [Fact]
    public void Sound_is_sent_once_and_in_order()
    {
        Speak(3);

        Assert.Equal("0 40 80", Send());
        Assert.False(_sound.AnyWaiting);
    }

    [Fact]
    public void A_new_connection_hears_again_what_no_joined_turn_holds_and_then_what_still_waits()
    {
        Speak(3);
        Send();
        Speak(1);

        _sound.Release(40, quiet: false);
        _sound.Rewind();

        Assert.Equal(Pcm.Bytes(Ms(40)), _sound.KeptFrom);
        Assert.Equal("40 80 120", Send());
    }

    [Fact]
    public void A_commit_stays_behind_the_sound_it_commits_also_when_it_is_sent_again()
    {
        Speak(2);
        _sound.AddCommit();
        Speak(1);
        Assert.Equal("0 40 commit@80 80", Send());

        _sound.Rewind();
        Assert.Equal("0 40 commit@80 80", Send());

        _sound.Release(80, quiet: false);
        _sound.Rewind();
        Assert.Equal("80", Send());
    }

    [Fact]
    public void A_frame_in_which_a_turn_begins_is_kept_whole()
    {
        Speak(3);
        Send();

        _sound.Release(79, quiet: false);

        Assert.Equal(Pcm.Bytes(Ms(40)), _sound.KeptFrom);
    }

    [Fact]
    public void In_quiet_the_last_second_is_kept_and_no_more()
    {
        Hush(100);
        Send();

        Assert.Equal(Pcm.Bytes(Ms(3000)), _sound.KeptFrom);
    }

    [Fact]
    public void Sound_that_the_server_has_not_spoken_of_is_kept_since_it_may_never_have_arrived()
    {
        Hush(50);
        Speak(1);
        Hush(40);
        Send();

        Assert.Equal(Pcm.Bytes(Ms(2000)), _sound.KeptFrom);

        _sound.Release(2040, quiet: true);
        Assert.Equal(Pcm.Bytes(Ms(2640)), _sound.KeptFrom);
    }

    [Fact]
    public void While_somebody_speaks_or_a_turn_is_open_silence_is_kept_too()
    {
        _sound.Release(0, quiet: false);
        Hush(75);
        Send();

        Assert.Equal(0, _sound.KeptFrom);
    }

    [Fact]
    public void Beyond_its_bound_the_oldest_is_forgotten_and_only_what_was_never_sent_is_lost()
    {
        Speak(60);
        Send();
        Speak(100);
        Assert.Equal(0, _sound.TakeLost());

        Speak(10);
        Assert.Equal(10 * Frame, _sound.TakeLost());
        Assert.Equal(0, _sound.TakeLost());
        Assert.Equal(Pcm.Bytes(Seconds(4)), _sound.Kept);
        Assert.StartsWith("2800 2840", Send(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_knows_where_the_last_sound_that_was_sent_ends()
    {
        Speak(2);
        Hush(3);
        Assert.Equal(0, _sound.SpokenTo);
        Send();
        Assert.Equal(Pcm.Bytes(Ms(80)), _sound.SpokenTo);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1_000_000)]
    public void A_server_cannot_release_what_it_was_never_sent(long beforeMs)
    {
        Speak(2);
        Send();

        _sound.Release(beforeMs, quiet: false);
        Speak(1);
        Send();
        _sound.Rewind();

        Assert.Equal("80", Send());
    }

    [Fact]
    public void A_place_before_the_beginning_releases_nothing()
    {
        Speak(1);
        Send();
        _sound.Release(long.MinValue, quiet: false);
        _sound.Release(-1, quiet: false);
        _sound.Rewind();

        Assert.Equal("0", Send());
    }

    [Fact]
    public void A_frame_is_given_back_when_it_is_forgotten_and_the_connection_is_done_with_it()
    {
        var first = Speak();
        var second = Speak();
        Send();
        _sound.Confirm(1);
        _sound.Release(80, quiet: false);
        _sound.Checkpoint();

        Assert.Same(first, _frames.Rent(Frame));
        Assert.NotSame(second, _frames.Rent(Frame)); // the connection may still be sending it
    }

    [Fact]
    public void What_a_lost_connection_was_sending_is_never_given_back()
    {
        var done = Speak();
        var held = Speak();
        Send();
        _sound.Confirm(1);
        _sound.Rewind();
        Send();
        _sound.Confirm(2);
        _sound.Release(80, quiet: false);
        _sound.Checkpoint();

        Assert.Same(done, _frames.Rent(Frame));
        Assert.NotSame(held, _frames.Rent(Frame));
    }

    [Fact]
    public void What_was_lost_before_it_was_sent_is_given_back()
    {
        var lost = Speak();
        Speak(100);

        Assert.Equal(Frame, _sound.TakeLost());
        _sound.Checkpoint();
        Assert.Same(lost, _frames.Rent(Frame));
    }

    [Fact]
    public void A_silent_frame_is_kept_as_the_silence_of_all_and_given_back()
    {
        var frame = _frames.Rent(Frame);
        Array.Clear(frame);
        _sound.Add(AudioFrame.Of(frame, SoundFormat.Pcm16));
        _sound.Checkpoint();

        Assert.Same(frame, _frames.Rent(Frame));
        Assert.True(_sound.TryNext(out var piece));
        Assert.Same(_frames.Silence(Frame, 0), piece.Frame);
    }

    [Fact]
    public void What_is_undone_waits_again_and_nothing_of_it_was_given_back()
    {
        var frames = new[] { Speak(), Speak(), Speak() };
        _sound.Checkpoint();
        var before = Figures();

        Send();
        Speak(1);
        _sound.AddCommit();
        _sound.Confirm(3);
        _sound.Release(80, quiet: false);
        _sound.Rewind();
        _sound.GiveBack(frames[2]);
        _sound.Rollback();

        Assert.Equal(before, Figures());
        Assert.DoesNotContain(_frames.Rent(Frame), frames);
        Assert.Equal("0 40 80", Send());
    }

    [Fact]
    public void A_new_connection_that_is_undone_holds_no_frame_too_short()
    {
        var held = Speak();
        Send();
        _sound.Checkpoint();
        _sound.Rewind();
        _sound.Rollback(); // the previous connection may still be sending it

        _sound.Release(40, quiet: false);
        _sound.Checkpoint();

        Assert.NotSame(held, _frames.Rent(Frame));
    }

    [Fact]
    public void A_buffer_with_undone_steps_is_like_one_that_never_made_them() => Rollback.Check(
        () => new ReplayBuffer(20 * Frame, new FramePool(0), SoundFormat.Pcm16),
        (sound, number) =>
        {
            switch (number % 8)
            {
                case 0 or 1 or 2:
                    var frame = new byte[Frame];
                    Array.Fill(frame, (byte)(number % 8 * 0x10));
                    sound.Add(AudioFrame.Of(frame, SoundFormat.Pcm16));
                    break;
                case 3:
                    sound.AddCommit();
                    break;
                case 4 or 5:
                    sound.TryNext(out _);
                    break;
                case 6:
                    sound.Release(Pcm.Milliseconds(sound.KeptFrom) + 40, quiet: number % 3 == 0);
                    break;
                default:
                    sound.Rewind();
                    break;
            }
        },
        sound => sound.Checkpoint(), sound => sound.Rollback(),
        sound => $"{Of(sound)} {Send(sound)} {Of(sound)} {sound.TakeLost()}");

    private string Figures() => Of(_sound);

    private static string Of(ReplayBuffer sound) =>
        $"{sound.AnyWaiting} {sound.CommitIsNext} {sound.KeptFrom} {sound.Kept} {sound.SpokenTo} {sound.End}";

    private byte[] Speak()
    {
        var frame = _frames.Rent(Frame);
        Array.Fill(frame, (byte)0x20);
        _sound.Add(AudioFrame.Of(frame, SoundFormat.Pcm16));
        return frame;
    }

    private void Speak(int frames) => Add(frames, 0x20);

    private void Hush(int frames) => Add(frames, 0);

    private void Add(int frames, byte level)
    {
        for (var i = 0; i < frames; i++)
        {
            var frame = new byte[Frame];
            Array.Fill(frame, level);
            _sound.Add(AudioFrame.Of(frame, SoundFormat.Pcm16));
        }
    }

    // All pending pieces, each by its position in ms.
    private string Send() => Send(_sound);

    private static string Send(ReplayBuffer sound)
    {
        List<string> pieces = [];
        while (sound.TryNext(out var piece)) pieces.Add($"{(piece.Frame is null ? "commit@" : "")}{Pcm.Milliseconds(piece.Start)}");
        return string.Join(' ', pieces);
    }
}
