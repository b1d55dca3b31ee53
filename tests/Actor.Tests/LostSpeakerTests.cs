using RealtimeAkka.Actors.Playback;

namespace RealtimeAkka.Actor.Tests;

/// <summary>The playback station with a speaker that is lost.</summary>
public sealed class LostSpeakerTests : ActorSpec
{
    private static readonly ResponseId First = ResponseId.Of("r1"), Second = ResponseId.Of("r2");
    private static readonly ItemId Answer = ItemId.Of("answer1");

    private readonly ScriptedDeviceSpeaker _speaker;
    private readonly TestProbe _microphone, _turns;
    private readonly IActorRef _playback;

    public LostSpeakerTests()
    {
        _speaker = Strict(new ScriptedDeviceSpeaker(), speaker => speaker.Verify());
        _microphone = CreateTestProbe("microphone");
        _turns = CreateTestProbe("turns");
        _playback = Play(PlaybackActor.Props(Given.Playback, _speaker, Time));
        _microphone.Send(_playback, new PlaybackMessages.Attach());
        Pass(_playback);
    }

    [Fact]
    public void While_it_is_away_the_microphone_is_open_and_what_waits_is_heard_when_it_is_back()
    {
        Say(First, frames: 3);
        Assert.Equal(Given.Sound(1), _speaker.Device.Take());
        Pass(_playback, _playback); // the second block waits for room
        _microphone.ExpectMsg<MicMessages.Mute>();

        Unplug();
        _microphone.ExpectMsg<MicMessages.Unmute>();
        Time.AdvanceMs(499);
        PassDevice();
        Assert.Equal(1, _speaker.Openings);
        Time.AdvanceMs(1);

        Assert.Equal("speaker_back", NextNotice().Code);
        _microphone.ExpectMsg<MicMessages.Mute>();
        _speaker.Device.Take();
        _speaker.Device.Take();
        Pass(_playback, _playback);
        Time.AdvanceMs(50);
        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, 3 * Given.Frame, 3 * Given.Frame));
        Time.AdvanceMs(200);
        _microphone.ExpectMsg<MicMessages.Unmute>();
    }

    [Fact]
    public void What_comes_while_it_is_away_waits()
    {
        Unplug();
        Say(First, frames: 1);
        Pass(_playback);
        Assert.False(_speaker.Device.IsWriting);

        Time.AdvanceMs(500);
        Assert.Equal("speaker_back", NextNotice().Code);
        Assert.Equal(Given.Sound(1), _speaker.Device.Take());
    }

    [Fact]
    public void What_was_handed_over_and_not_heard_has_not_ended_before_it_is_back()
    {
        Say(First, frames: 1);
        _speaker.Device.Take();
        Pass(_playback, _playback);
        Time.AdvanceMs(40); // 10 ms before the end of playout

        Unplug();
        Time.AdvanceMs(499);
        PassDevice();
        Quiet(_turns);
        Time.AdvanceMs(1);
        PassDevice();
        PassDevice();
        Quiet(_turns);
        Time.AdvanceMs(50);

        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, Given.Frame, Given.Frame));
    }

    [Fact]
    public void Given_up_what_was_being_heard_ends_where_the_device_left_it_and_the_next_answer_is_played_to_nobody()
    {
        Say(First, frames: 4);
        _speaker.Device.Take();
        _speaker.Device.Take();
        Pass(_playback, _playback); // the third block waits for room
        _microphone.ExpectMsg<MicMessages.Mute>();
        _speaker.Device.Unheard = Pcm.Bytes(TimeSpan.FromMilliseconds(15));
        GiveUp();
        _microphone.ExpectMsg<MicMessages.Unmute>();

        _turns.ExpectMsg(new PlaybackFacts.Ended(First, Answer, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(25))
            { Unheard = TimeSpan.FromMilliseconds(55) });
        Assert.Equal(1, _speaker.Device.Withdrawn);
        Say(Second, frames: 1);
        Assert.Equal(Given.Sound(1), _speaker.Nobody.Take());
        Pass(_playback, _playback);
        Time.AdvanceMs(0);
        _turns.ExpectMsg(new PlaybackFacts.Ended(Second, Answer, Given.Frame, Given.Frame));
        _turns.Send(_playback, new PlaybackMessages.GetReport());
        Assert.Equal(Pcm.Bytes(TimeSpan.FromMilliseconds(45)), _turns.ExpectMsg<PlaybackMessages.Report>().HeardBytes);
    }

    [Fact]
    public void Given_up_in_silence_the_session_goes_on_unheard()
    {
        GiveUp();

        Say(First, frames: 1);
        Assert.Equal(Given.Sound(1), _speaker.Nobody.Take());
    }

    private void Unplug()
    {
        _speaker.Unplug("unplugged");
        var notice = NextNotice();
        Assert.Equal((NoticeLevel.Warning, "speaker_lost"), (notice.Level, notice.Code));
        PassDevice(); // now the device waits for the next attempt
    }

    private void GiveUp()
    {
        Unplug();
        _speaker.Refuse("nothing there");
        foreach (var wait in (int[])[500, 1000, 1500]) // 3 s in all
        {
            Time.AdvanceMs(wait);
            PassDevice();
            PassDevice();
        }
        var notice = NextNotice();
        Assert.Equal((NoticeLevel.Warning, "speaker_given_up"), (notice.Level, notice.Code));
    }

    // Handles the messages that the station and its device actor send to each other.
    private void PassDevice()
    {
        Pass(_playback);
        Pass($"{_playback.Path}/device");
        Pass(_playback);
    }

    private Notice NextNotice() => Parent.ExpectMsg<SessionMessages.NoticeRaised>().Notice;

    private void Say(ResponseId response, int frames)
    {
        _turns.Send(_playback, new PlaybackMessages.Play(response, Answer, Given.Sound(1, frames)));
        _turns.Send(_playback, new PlaybackMessages.Finish(response));
    }
}
