using System.Buffers;
using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Actor.Tests;

public sealed class PlaybackActorTests : ActorSpec
{
    private static readonly ResponseId First = ResponseId.Of("r1"), Second = ResponseId.Of("r2");
    private static readonly ItemId Answer = ItemId.Of("answer1"), Other = ItemId.Of("answer2");

    private readonly ScriptedSpeaker _speaker;
    private readonly TestProbe _microphone, _turns;

    public PlaybackActorTests()
    {
        _speaker = Strict(new ScriptedSpeaker(), speaker => speaker.Verify());
        _microphone = CreateTestProbe("microphone");
        _turns = CreateTestProbe("turns");
    }

    [Fact]
    public void The_microphone_is_muted_before_the_first_sample_is_handed_over()
    {
        var playback = Playback();
        Pass(playback);
        Quiet(_microphone);

        Sound(playback, First, 1);
        Pass(playback);

        Assert.True(_speaker.IsWriting);
        _microphone.ExpectMsg<MicMessages.Mute>();
    }

    [Fact]
    public void The_microphone_is_open_again_when_the_echo_of_the_last_sample_has_died()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback);
        _microphone.ExpectMsg<MicMessages.Mute>();

        _speaker.Left = TimeSpan.FromMilliseconds(-190);
        Time.AdvanceMs(50 + 190); // latency and echo tail, less a timer's tick: this timer is in time, so the rest is waited for
        Pass(playback);
        _speaker.Left = TimeSpan.FromMilliseconds(-200);
        Time.AdvanceMs(9);
        Pass(playback);
        Quiet(_microphone);
        Time.AdvanceMs(1);

        _microphone.ExpectMsg<MicMessages.Unmute>();
    }

    [Fact]
    public void Sound_that_comes_within_the_echo_keeps_the_microphone_muted()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback);
        _microphone.ExpectMsg<MicMessages.Mute>();
        Time.AdvanceMs(100);

        Sound(playback, Second, 2);
        Pass(playback);
        Time.AdvanceMs(1000);
        Pass(playback);
        Quiet(_microphone);

        Tell(playback, new PlaybackMessages.Finish(Second));
        Take(playback);
        Pass(playback);
        Time.AdvanceMs(250);
        _microphone.ExpectMsg<MicMessages.Unmute>();
    }

    [Fact]
    public void A_gap_in_an_answer_that_goes_on_does_not_open_the_microphone()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Take(playback);
        Pass(playback);
        _microphone.ExpectMsg<MicMessages.Mute>();

        Time.AdvanceMs(5000); // the connection is slow: more of the answer will follow
        Pass(playback);
        Quiet(_microphone);

        Sound(playback, First, 2);
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback);
        Time.AdvanceMs(250);
        _microphone.ExpectMsg<MicMessages.Unmute>();
    }

    [Fact]
    public void A_device_that_is_late_keeps_the_microphone_muted_until_the_echo_of_what_it_plays_has_died()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback, playback);
        _microphone.ExpectMsg<MicMessages.Mute>();

        _speaker.Left = TimeSpan.FromMilliseconds(120); // at the expected end of playout
        Time.AdvanceMs(50);
        Pass(playback);
        Quiet(_turns);
        _speaker.Left = TimeSpan.FromMilliseconds(0);
        Time.AdvanceMs(120);
        _turns.ExpectMsg<PlaybackFacts.Ended>();
        _speaker.Left = TimeSpan.FromMilliseconds(-80); // at the expected end of the echo
        Time.AdvanceMs(80);
        Pass(playback);
        Quiet(_microphone);
        _speaker.Left = TimeSpan.FromMilliseconds(-200);
        Time.AdvanceMs(120);

        _microphone.ExpectMsg<MicMessages.Unmute>();
    }

    [Fact]
    public void Without_mute_the_microphone_is_left_alone()
    {
        var playback = Playback(Given.Playback with { MuteWhileHeard = false });

        Sound(playback, First, 1);
        Take(playback);
        Pass(playback);
        Time.AdvanceMs(1000);
        Pass(playback);

        Quiet(_microphone);
    }

    [Fact]
    public void Sound_is_handed_over_block_by_block_in_order()
    {
        var playback = Playback();
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(1, frames: 2)));
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(2)[..480]));

        Assert.Equal(Given.Sound(1), Take(playback));
        Assert.Equal(Given.Sound(1), Take(playback));
        Assert.Equal(Given.Sound(2)[..480], Take(playback));
    }

    [Fact]
    public void Lent_sound_is_given_back_as_soon_as_it_waits_here_and_is_heard_all_the_same()
    {
        var playback = Playback();
        var loan = new Loan(Given.Sound(1));
        Tell(playback, new PlaybackMessages.Play(First, Answer, loan.Sound) { Owner = loan });

        Assert.Equal(Given.Sound(1), Take(playback));
        Assert.True(loan.IsOver);
    }

    [Fact]
    public void A_response_has_ended_when_its_last_sample_was_heard()
    {
        var playback = Playback();
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(1, frames: 2)));
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Take(playback);
        Pass(playback);

        Time.AdvanceMs(49);
        Pass(playback);
        Quiet(_turns);
        Time.AdvanceMs(1);

        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(40)));
    }

    [Fact]
    public void Responses_end_in_the_order_in_which_they_were_heard()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Tell(playback, new PlaybackMessages.Finish(First));
        Tell(playback, new PlaybackMessages.Play(Second, Other, Given.Sound(2, frames: 3)));
        Tell(playback, new PlaybackMessages.Finish(Second));

        Take(playback);
        Pass(playback);
        Time.AdvanceMs(50);
        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20)));
        for (var i = 0; i < 3; i++) Take(playback);
        Pass(playback);
        Quiet(_turns);
        Time.AdvanceMs(50);
        _turns.ExpectMsg(new PlaybackFacts.Ended(Second, Other, TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(60)));
    }

    [Fact]
    public void A_response_without_sound_ends_too()
    {
        var playback = Playback();

        Tell(playback, new PlaybackMessages.Finish(First));
        Pass(playback);
        Time.AdvanceMs(50);

        _turns.ExpectMsg(new PlaybackFacts.Ended(First, null, TimeSpan.Zero, TimeSpan.Zero));
        Quiet(_microphone);
    }

    [Fact]
    public void A_stop_silences_at_once_and_tells_what_was_heard_to_the_sample()
    {
        var playback = Playback();
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(1, frames: 3)));
        for (var i = 0; i < 3; i++) Take(playback);
        Pass(playback);
        _speaker.Unheard = Pcm.Bytes(TimeSpan.FromMilliseconds(25));

        Tell(playback, new PlaybackMessages.Stop(First));

        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, TimeSpan.FromMilliseconds(35), TimeSpan.FromMilliseconds(35))
            { Unheard = TimeSpan.FromMilliseconds(25) });
        Assert.Equal(1, _speaker.Discards);
        _turns.Send(playback, new PlaybackMessages.GetReport());
        _turns.ExpectMsg(new PlaybackMessages.Report(Pcm.Bytes(TimeSpan.FromMilliseconds(35)), 0));
    }

    [Fact]
    public void After_a_stop_nothing_that_waited_is_played_and_the_end_is_not_told_again()
    {
        var playback = Playback();
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(1, frames: 3)));
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback, playback); // the second block waits for room in the speaker

        Tell(playback, new PlaybackMessages.Stop(First));
        // That block was not heard.
        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, Given.Frame, Given.Frame) { Unheard = 2 * Given.Frame });
        Pass(playback);
        Time.AdvanceMs(1000);
        Pass(playback);

        Assert.Equal(1, _speaker.Withdrawn);
        Assert.False(_speaker.IsWriting);
        Quiet(_turns);
    }

    [Fact]
    public void A_stop_between_the_last_block_and_its_being_heard_is_told_once()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Tell(playback, new PlaybackMessages.Finish(First));
        Take(playback);
        Pass(playback);
        _speaker.Unheard = Pcm.Bytes(TimeSpan.FromMilliseconds(15));

        Tell(playback, new PlaybackMessages.Stop(First));
        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5))
            { Unheard = TimeSpan.FromMilliseconds(15) });
        Time.AdvanceMs(1000);
        Pass(playback);

        Quiet(_turns);
    }

    [Fact]
    public void A_stop_of_a_response_that_was_not_yet_heard_leaves_the_one_that_is()
    {
        var playback = Playback();
        Tell(playback, new PlaybackMessages.Play(First, Answer, Given.Sound(1, frames: 2)));
        Tell(playback, new PlaybackMessages.Play(Second, Other, Given.Sound(2)));

        Tell(playback, new PlaybackMessages.Stop(Second));

        _turns.ExpectMsg(new PlaybackFacts.Ended(Second, null, TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal(0, _speaker.Discards);
        Take(playback);
        Assert.Equal(Given.Sound(1), Take(playback));
        Pass(playback);
        Assert.False(_speaker.IsWriting);
    }

    [Fact]
    public void Sound_beyond_the_limit_is_lost_and_counted_and_the_rest_goes_on()
    {
        var playback = Playback(Given.Playback with { Limit = 2 * Given.Frame });
        Sound(playback, First, 1); // passed to the device, so it is no longer queued
        Sound(playback, First, 2);
        Sound(playback, First, 3);
        Sound(playback, First, 4);
        Sound(playback, First, 5);
        Pass(playback);

        Assert.Equal(1, Take(playback)[0]);
        Assert.Equal(2, Take(playback)[0]);
        Pass(playback); // 3 is passed to the device
        Sound(playback, First, 6);
        Assert.Equal(3, Take(playback)[0]);
        Assert.Equal(6, Take(playback)[0]);
        Pass(playback);

        _turns.Send(playback, new PlaybackMessages.GetReport());
        _turns.ExpectMsg(new PlaybackMessages.Report(4 * Given.Sound(0).Length, 2 * Given.Sound(0).Length));
    }

    [Fact]
    public void A_loudspeaker_that_fails_is_told_of_once_and_what_it_did_not_take_was_not_heard()
    {
        var playback = Playback();
        Sound(playback, First, 1);
        Sound(playback, First, 2);
        Sound(playback, First, 3);
        Tell(playback, new PlaybackMessages.Finish(First));

        _speaker.Fail("No space left on device");
        Assert.Equal("speaker_failed", Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice.Code);
        _speaker.Fail("No space left on device");
        Assert.Equal(3, Take(playback)[0]);

        Pass(playback);
        Quiet(Parent);
        Tell(playback, new PlaybackMessages.GetReport());
        Assert.Equal(Given.Sound(0).Length, _turns.ExpectMsg<PlaybackMessages.Report>().HeardBytes);
    }

    private IActorRef Playback(PlaybackSettings? settings = null)
    {
        var playback = Play(PlaybackActor.Props(settings ?? Given.Playback, _speaker, Time));
        _microphone.Send(playback, new PlaybackMessages.Attach());
        return playback;
    }

    private void Sound(IActorRef playback, ResponseId response, byte mark) =>
        Tell(playback, new PlaybackMessages.Play(response, Answer, Given.Sound(mark)));

    private void Tell(IActorRef playback, object order) => _turns.Send(playback, order);

    // Waits for the actor to await the write: completing it earlier would resume the actor later, on another thread.
    private byte[] Take(IActorRef playback)
    {
        Pass(playback);
        return _speaker.Take();
    }

    // Rented bytes that are overwritten on return.
    private sealed class Loan(byte[] sound) : IMemoryOwner<byte>
    {
        public ReadOnlyMemory<byte> Sound => sound;

        public Memory<byte> Memory => sound;

        public bool IsOver { get; private set; }

        public void Dispose()
        {
            IsOver = true;
            Array.Fill(sound, (byte)0xEE);
        }
    }
}
