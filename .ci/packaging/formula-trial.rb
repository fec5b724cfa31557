# Tries the formula without Homebrew: a stand-in takes its words, runs "install" on an unpacked zip, and then its test.
#   ruby .ci/packaging/formula-trial.rb UNPACKED JAVA_HOME
require "fileutils"
require "pathname"
require "tmpdir"

# What formulas do with folders.
class Pathname
  def install(*sources)
    sources = sources.flatten
    raise "nothing to install into #{self}" if sources.empty?

    mkpath
    sources.each { |source| FileUtils.cp_r(source, self) }
  end

  def write_env_script(target, environment)
    dirname.mkpath
    words = environment.map { |name, value| "#{name}=\"#{value}\" " }.join
    write("#!/bin/bash\n#{words}exec \"#{target}\" \"$@\"\n")
    chmod(0o755)
  end
end

# The part of Homebrew's class that our formula uses; a word that is not here is an error.
class Formula
  WORDS = %i[desc homepage url sha256 license depends_on].freeze

  class << self
    attr_reader :trial

    def said
      @said ||= {}
    end

    WORDS.each { |word| define_method(word) { |value| said[word] = value } }

    def test(&block)
      @trial = block
    end

    def [](name)
      raise "#{name} is not depended on" unless Vmdisk.said[:depends_on] == name

      Struct.new(:opt_prefix).new(ENV.fetch("TRIAL_JAVA"))
    end
  end

  def initialize(prefix)
    @prefix = Pathname(prefix)
  end

  def bin = @prefix / "bin"
  def libexec = @prefix / "libexec"
  def man1 = @prefix / "share/man/man1"
  def bash_completion = @prefix / "etc/bash_completion.d"

  def system(*words)
    Kernel.system(*words.map(&:to_s), out: File::NULL) || raise("failed: #{words.join(" ")}")
  end

  def shell_output(line)
    said = `#{line}`
    raise "failed: #{line}" unless $?.success?

    said
  end

  def assert_match(expected, text)
    raise "no '#{expected}' in: #{text}" unless text.include?(expected)
  end
end

unpacked, java = ARGV
ENV["TRIAL_JAVA"] = java
require_relative "vmdisk"

said = Vmdisk.said
missing = Formula::WORDS - said.keys
raise "the formula lacks #{missing.join(", ")}" unless missing.empty?
raise "a description has no more than 80 characters, and no article in front" if said[:desc].length > 80 || said[:desc] =~ /\A(a|an|the) /i
raise "not a checksum: #{said[:sha256]}" unless said[:sha256].match?(/\A\h{64}\z/)

version = said[:url][%r{\Ahttps://.*/v([0-9.]+)/vmdisk-\1\.zip\z}, 1] or raise "no version in #{said[:url]}"

Dir.mktmpdir do |scratch|
  # A formula finds itself in what the archive's only folder holds.
  FileUtils.cp_r("#{unpacked}/.", "#{scratch}/unpacked")
  formula = Vmdisk.new("#{scratch}/prefix")
  Dir.chdir("#{scratch}/unpacked") { formula.install }
  formula.post_install
  FileUtils.mkpath("#{scratch}/test")
  Dir.chdir("#{scratch}/test") { formula.instance_eval(&Vmdisk.trial) }
  raise "no manual page" unless (formula.man1 / "vmdisk.1").file?
  raise "no completion" unless (formula.bash_completion / "vmdisk").file?
end
puts "the formula of #{version} installs what was built, and its test passes"
