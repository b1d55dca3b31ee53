using RealtimeAkka.Actors.Mic;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Pure.Tests.Mic;

/// <summary>Enter ends a turn. Frames are 20 ms.</summary>
public class PushToTalkTests
{
    private static readonly byte[] Word = Frame(0x10), Silence = Frame(0);

    private PushToTalk _talk = new();

    [Fact]
    public void What_was_said_is_a_turn_once_the_last_word_has_come_through_the_device()
    {
        Assert.All(Hear(Word, 10), step => Assert.Equal(PushToTalkStep.None, step));

        Press();

        Assert.Equal(
            [PushToTalkStep.None, PushToTalkStep.None, PushToTalkStep.None, PushToTalkStep.None, PushToTalkStep.None,
            PushToTalkStep.Commit], Hear(Silence, 6));
        Assert.All(Hear(Silence, 20), step => Assert.Equal(PushToTalkStep.None, step));
    }

    [Fact]
    public void Sound_that_waited_when_it_was_pressed_belongs_to_the_turn()
    {
        Hear(Word, 10);
        Press(waiting: 40);

        Assert.Equal(7, Hear(Word, 8).IndexOf(PushToTalkStep.Commit));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Less_than_a_tenth_of_a_second_of_sound_is_no_turn(int words, bool isTurn)
    {
        Hear(Word, words);
        Press();

        Assert.Equal(isTurn ? PushToTalkStep.Commit : PushToTalkStep.NothingSaid, Hear(Silence, 6)[^1]);
    }

    [Fact]
    public void What_was_said_before_counts_for_one_turn_only()
    {
        Hear(Word, 10);
        Press();
        Assert.Equal(PushToTalkStep.Commit, Hear(Silence, 6)[^1]);
        Press();

        Assert.Equal(PushToTalkStep.NothingSaid, Hear(Silence, 6)[^1]);
    }

    [Fact]
    public void Too_little_is_kept_for_the_next_Enter()
    {
        Hear(Word, 3);
        Press();
        Assert.Equal(PushToTalkStep.NothingSaid, Hear(Silence, 6)[^1]);
        Hear(Word, 2);
        Press();

        Assert.Equal(PushToTalkStep.Commit, Hear(Silence, 6)[^1]);
    }

    [Fact]
    public void Pressed_twice_at_once_is_pressed_once()
    {
        Hear(Word, 10);
        Press();
        Hear(Silence, 3);
        Press();

        Assert.Equal(PushToTalkStep.Commit, Assert.Single(Hear(Silence, 20), step => step != PushToTalkStep.None));
    }

    private static byte[] Frame(byte mark)
    {
        var frame = new byte[20 * Pcm.BytesPerMillisecond];
        Array.Fill(frame, mark);
        return frame;
    }

    private void Press(int waiting = 0) => _talk = _talk.Pressed(TimeSpan.FromMilliseconds(waiting));

    private List<PushToTalkStep> Hear(byte[] frame, int times)
    {
        List<PushToTalkStep> steps = [];
        for (var i = 0; i < times; i++)
        {
            (_talk, var step) = _talk.On(AudioFrame.Of(frame, SoundFormat.Pcm16));
            steps.Add(step);
        }
        return steps;
    }
}
